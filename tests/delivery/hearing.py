"""The owner of a document, for tests: it writes down what it hears."""

heard = []
refusal = []


def why_not_send(message):
    return ""


def sent(message, on):
    heard.append(("sent", message.number))


def printed(number, on, person):
    heard.append(("printed", number, person.username))


def give_back(number, person):
    heard.append(("given back", number, person.username))
    return refusal[0] if refusal else ""
