"""The owner of a document, for tests: a text that says so is overtaken."""


def why_not_send(message):
    return "Paid meanwhile." if message.body == "overtaken" else ""


def sent(message, on):
    pass
