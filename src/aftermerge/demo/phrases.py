"""How harbour offices write to support: the parts from which tickets are put together."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrases:
    """One problem's words. Placeholders: {berth}, {boat}, {day}, {minutes}, {rows}, {n}. `elsewhere` are whole texts.

    `answer` is what support writes once the bet on it has shipped.
    """

    problem: str
    per_day: float
    subjects: tuple[str, ...]
    openings: tuple[str, ...]
    details: tuple[str, ...]
    elsewhere: tuple[str, ...] = ()
    answer: str = ""


EXPORT = Phrases(
    "export-times-out",
    0.35,
    ("Export never finishes", "Export to the accountant", "export stuck again", "Month-end export"),
    (
        "The export spins for {minutes} minutes and then nothing.",
        "I tried to export {rows} rows for our accountant and the page just went white.",
        "Month end again, and again the export gives up half way.",
        "We press export, we make tea, we come back, and it says timed out.",
        "Could there be one button that exports everything? Month by month takes me a morning.",
        "Exported {day}, got a file with only the first few hundred lines in it.",
    ),
    (
        "Smaller ranges work, but that means {n} files to glue together by hand.",
        "It is always worse after lunch.",
        "My colleague ended up typing the totals from the screen.",
        "We need it by {day} for the council.",
        "No error, no file, nothing in the downloads folder.",
        "Same on both computers in the office.",
    ),
    (
        "Der Export läuft {minutes} Minuten und bricht dann ab. Wir brauchen die Liste für die Hafenkasse.",
        "De export blijft draaien en er komt geen bestand. Kan dat in één keer, alle maanden samen?",
    ),
    answer="exports run in the background and take all months at once, and you get a mail when the file is there",
)
ARRIVALS = Phrases(
    "arrival-form-too-long",
    0.16,
    ("Arrival form", "Too many boxes", "Typing the same boat again"),
    (
        "{boat} has called here every week since spring and I still type her length and beam each time.",
        "The arrival form has too many boxes for a Friday evening.",
        "When there are {n} boats waiting we skip the form and write it on paper.",
        "Why do you ask for the home port of a boat you already know?",
    ),
    (
        "Half of it could be filled in from last time.",
        "We catch up on Monday, if we catch up.",
        "The skippers stand there and wait.",
        "The summer staff leave most of it empty anyway.",
    ),
    ("Le formulaire d'arrivée est trop long. Pour {boat}, on saisit la même chose chaque semaine.",),
    answer="a boat that has called before is filled in for you",
)
BERTHS = Phrases(
    "double-booked-berth",
    0.16,
    ("Two boats, one berth", "Berth {berth} taken twice", "double booking"),
    (
        "Two boats for berth {berth} on {day}, both with a confirmation.",
        "We gave berth {berth} away twice and the system did not say a word.",
        "{boat} arrived to find somebody else in {berth}.",
        "There should be a warning when a berth is already taken.",
    ),
    (
        "I had to put one of them on the fuel dock for the night.",
        "That is the {n}th time this season.",
        "The skipper was very polite about it. I would not have been.",
        "One was booked by phone, one online, if that helps.",
    ),
    ("To båter på plass {berth} samme natt, begge med bekreftelse. Det må gå an å varsle?",),
    answer="the app suggests a berth that is free and deep enough",
)
MAP = Phrases(
    "cannot-see-free-berths",
    0.14,
    ("Which berths are free?", "A map please", "Skippers keep calling"),
    (
        "Skippers ring us to ask what is free, because they cannot see it.",
        "Is there a map of the harbour that shows the free berths?",
        "People book {berth} without knowing that it dries out at low water.",
        "From the booking page nobody can tell where berth {berth} is.",
    ),
    (
        "We take {n} such calls on a sunny {day}.",
        "A picture would do.",
        "They give up and go to the marina across the bay.",
        "I send them a photo of the plan on our wall.",
    ),
    answer="the booking page shows a map with the free berths in green",
)
INVOICE_LATE = Phrases(
    "invoice-comes-late",
    0.14,
    ("Invoices go out late", "Boat gone, invoice not sent", "sending invoices"),
    (
        "{boat} left on {day} and we forgot the invoice again.",
        "By the time I send the invoices the boats are two harbours further.",
        "We send all invoices on {day} evening, and every week a few are missed.",
        "Can you remind us who has left without an invoice?",
    ),
    (
        "It adds up over a season.",
        "Then I am chasing a skipper in another country.",
        "The office closes at five, boats leave at six.",
        "{n} of them last month alone.",
    ),
    ("Wir vergessen oft die Rechnung, wenn ein Boot früh ablegt. Eine Erinnerung würde helfen.",),
    answer="the invoice goes out by itself when the boat leaves",
)
VAT = Phrases(
    "wrong-vat",
    0.9,
    ("Wrong VAT", "VAT on visiting boats", "VAT rate again", "Invoice has to be corrected"),
    (
        "The VAT on the invoice for {boat} is wrong.",
        "Visiting boats get our local rate, and they should not.",
        "Our accountant sent back {n} invoices because of the VAT.",
        "How do I choose the VAT rate for a commercial boat? I picked the one at the top and it was wrong.",
        "The rate for electricity on berth {berth} was taken for the mooring fee.",
        "Again an invoice with the wrong VAT on it.",
    ),
    (
        "I had to cancel it and write a new one.",
        "It should know this from the boat's papers.",
        "The summer staff cannot be expected to know that.",
        "This must be right before the quarter closes.",
        "Everybody here guesses.",
        "The customer noticed before we did, which is embarrassing.",
    ),
    (
        "Die Mehrwertsteuer auf der Rechnung ist falsch, wieder bei einem Gastlieger.",
        "El IVA de la factura está mal. Hay que anularla y hacer otra.",
    ),
    answer="there is a hint beside the VAT rate that says when to choose which",
)
UNPAID = Phrases(
    "unpaid-invoices",
    0.12,
    ("Who has not paid?", "Open invoices", "reminders"),
    (
        "I cannot see who has not paid yet.",
        "Is there a list of open invoices? I keep one in a notebook.",
        "We wrote {n} reminders by hand this week.",
        "{boat} still owes us for {day}, and I found it by accident.",
    ),
    (
        "A friendly nudge after a week would be enough.",
        "Most simply forget.",
        "I do not like calling people about money.",
        "The treasurer asks every month.",
    ),
    answer="a friendly reminder goes out after a week, if you switch it on",
)
GATE = Phrases(
    "queue-at-the-gate",
    0.12,
    ("Gate after hours", "Queue at the gate", "Late crews cannot get in"),
    (
        "Crews who come after six cannot get in and ring my private number.",
        "On {day} there was a queue at the gate because only we can scan.",
        "{boat} waited {minutes} minutes at the gate.",
        "Could skippers open the gate themselves?",
    ),
    ("There were {n} of them.", "It rained.", "We are two people here.", "The key box is not a solution."),
    answer="crews get a PIN with which they can open the gate and check in",
)
TIDES = Phrases(
    "too-many-tide-alerts",
    0.12,
    ("Tide alerts", "Too many alerts", "please stop the alerts"),
    (
        "{n} tide alerts since this morning. I stopped reading them.",
        "How do I switch off the tide alerts for berths we do not use?",
        "The phone buzzes for every tide, day and night.",
        "We missed the one that mattered because of all the others.",
    ),
    (
        "Once a day would do.",
        "My colleague muted the whole app.",
        "At 3 in the morning too.",
        "A switch would be fine.",
    ),
    answer="the tide alerts come as one digest in the morning",
)
SIGNED_OUT = Phrases(
    "signed-out-on-the-quay",
    3.9,
    ("Signed out again", "Logged out every hour", "Password on the quay", "login login login"),
    (
        "The tablet signs me out while I stand on the quay.",
        "Signed out again in the middle of checking in {boat}.",
        "I type the password {n} times a shift, with gloves on.",
        "Every hour it wants the password, and every hour somebody has to walk back for it.",
        "You are logged out, you are logged out, you are logged out.",
        "Half an arrival was lost because the session had ended.",
        "Is it really necessary to sign in again after {minutes} minutes?",
    ),
    (
        "It is our tablet, nobody else has it.",
        "By then the skipper has gone for a beer.",
        "In the rain this is no fun.",
        "So now the password is on a sticker, which I suppose you would not like.",
        "We go back to paper on busy days.",
        "Yesterday it was {n} times before noon.",
    ),
    (
        "Das Tablet meldet uns dauernd ab, mitten auf dem Steg.",
        "Nettbrettet logger oss ut hele tiden. Vi står ute i regnet med passordet.",
        "La tablette nous déconnecte toutes les heures, c'est pénible.",
    ),
    answer="a tablet that you mark as your own stays signed in for the shift",
)
IMPORT = Phrases(
    "import-error-unclear",
    0.16,
    ("Import failed", "What is wrong with my file?", "import error 22"),
    (
        "The import says failed and nothing else.",
        "I tried the file with our {rows} boats {n} times. What does it not like?",
        "Import error 22. What is 22?",
        "It refused the list of season berths, the same list as last year.",
    ),
    (
        "If it told me the line I would mend it.",
        "In the end I typed them all in.",
        "The file opens fine here.",
        "I have taken out the umlauts, to no avail.",
    ),
    ("Import mislukt, meer staat er niet. Welke regel is fout?",),
    answer="the import names the line and the column of the first mistake",
)
PIER = Phrases(
    "no-signal-on-the-pier",
    0.2,
    ("No signal on the pier", "Lost entries", "offline?"),
    (
        "There is no signal at the end of the pier and the app just shows a wheel.",
        "Three arrivals lost today because the app needs the network.",
        "I walk to berth {berth}, type it all in, press save, and it is gone.",
        "Does it work without internet? Ours is bad beyond berth {berth}.",
    ),
    (
        "I take pictures of the boats and type it in the office.",
        "It is a pier, there will never be signal.",
        "We lost about {minutes} minutes each time.",
        "Paper has no such trouble.",
    ),
)
GENERAL = Phrases(
    "",
    0.2,
    ("Thank you", "A question", "Invoice address", "New colleague", "Opening hours"),
    (
        "How do I add a new colleague?",
        "Just to say that the new season list is lovely.",
        "Where can I change our opening hours?",
        "Our postal address has changed, where do I put it?",
        "Can we have the harbour's logo on the invoice?",
    ),
    ("Thanks.", "No hurry.", "We are happy with the rest.", "It may be in the manual, I could not find it."),
)

ALL = (
    EXPORT,
    ARRIVALS,
    BERTHS,
    MAP,
    INVOICE_LATE,
    VAT,
    UNPAID,
    GATE,
    TIDES,
    SIGNED_OUT,
    IMPORT,
    PIER,
    GENERAL,
)

CLOSINGS = (
    "",
    "",
    "",
    "Please help.",
    "Thanks in advance, the harbour office",
    "Is this known?",
    "Any idea when this will be better?",
    "Kind regards from a windy quay",
    "🙏",
    "😩⚓",
    "⛵🙂",
    "Sorry to be a nuisance.",
)
BOATS = ("the Marigold", "the Sandpiper", "the Northern Drift", "the Kittiwake", "the Blue Hour", "the Saltmarsh")
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EARLY_REPLIES = (
    "Thank you for telling us. We have seen this elsewhere too and are looking into it.",
    "Thank you, and sorry for the trouble. We do not have an answer yet; we will write here when we do.",
    "Thanks, this helps. Could you tell us roughly when it happened last?",
)
LATE_REPLY = "Since {version}, {answer}. Would you try it, and tell us here whether it helps?"
