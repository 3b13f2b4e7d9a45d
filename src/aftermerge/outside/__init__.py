"""What touches the world for those above: the keys of a source's settings, a patient way to ask a service, addresses,
and files that outlive a crash.
"""
