"""Words that are names too, and words in names that name nobody."""

_EVERYDAY = """
abbot account amber angel apple april art ash august austin autumn baker ball banks barber basil bat
bay bell ben berry best bill birch bird bishop black blanc blanco blue bob bond braun bright brook brooks brown buck
bud buddy bull bush candy car carol case cash chad chance charity chase cherry china chip christian chuck clay cliff
coin cole colt constance conti cook costa cox crane cross cruz crystal dale dash data dawn day days dean destiny
dias dick dirk dolores domingo don dot drake drew duke dusty earl ease east eden ellen english ever fair faith
falcon fields finch fish fisher fleur flora flores ford forest fox franco frank free french frost fuchs
gale gardner gay gene georgia german gil ginger glen gloria god gold good grace grand grant gray green grey gross
guy hahn haley happy harbor hardy harmony harry haus hawk hazel heath heather herb herbst hill hills holland holly
home honey honor hope house hunt hunter india iris israel ivory ivy jack jade jasmine jay jean jesus jet jimmy job
jordan joy juan june jung junior justice kaiser kay ken king kitty klein knight koch lake lamb lance lane lang lark
lau leaf lee levy liberty lily lima linda linden little live london lone long lord love lucky luz major mar marina
marino mark marks mars marsh martini mason max may mead melody mercedes mercy mick mike miles mills misty mix moon
moreno morgan moss myrtle nash neves new nick noble noel noir norm north olive oliveira opal pace page pages paris
park parker parks pastor pat patience paul paz peach pearl penny pepper perla petit phil pierce pierre pink piper
pope porter post potter power powers price prince prudence quick quinn rain rainer ramos rand ray read reed reich
reid reis rene reyes ricci rich richter rivers rob robin rocco rocha rock rocky rod rolf roman root rosa rose
rosemary rossi rowan ruby russo rusty sage sally salmon sandy santos schwarz serena shaw shell shepherd short silver
singer sky small smart snow sol sole sommer sonny sophia south spring star stein stella sterling stern stone storm
strong sue sugar summer sunny swan sweet swift tab tag tailor tanner tate taylor teal terry test tiger tim tom tony
trinity troy tucker turner van vera victor victoria villa viola violet virginia walker wall ward waters way weaver
webb weber weeks weiss wells west wheeler white wild will win winter wise wolf wood woods worth wright yes young
"""
_NOBODY = """
abu admin administrator agent and anonym anonyme anonymous anonymus app aus bei bin bint bot client com
company contact corp customer das dei del dela delete deleted della den der des desk doctor dos email esq for former
frau from gmail gmbh google guest help helpdesk herr hotmail http https ibn icloud iii inc info kunde
limited llc ltd mac madame mail member mevrouw miss mister mit mlle mme monsieur mrs name net nobody none noreply
not null office org outlook owner phd plc prof professor public sales senor senora service señor señora sir somebody
someone support system team ten ter test the und unknown user usuario utente utilisateur van vom von with www yahoo
zum zur
"""

EVERYDAY = frozenset(_EVERYDAY.split())
"""In lower case: a name only where it is written as one."""
NOBODY = frozenset(_NOBODY.split())
"""Never a name by themselves: particles, titles, and what records have where nobody is named."""
