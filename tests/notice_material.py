"""Invented notices and mails in the agencies' known frames."""

from __future__ import annotations

from email.message import EmailMessage

TAIL = (
    "Please immediately remove the erroneous mention[s] from all your online services and delete it (them) from your"
    " servers. If you have been authorized by AFP to distribute it (them) to third parties, please ensure that the same"
    " actions are carried out by them. Failure to promptly comply with these instructions will entail liability on your"
    " part for any continued or post notification usage. Therefore we thank you very much for all your attention and"
    " prompt action. We are sorry for the inconvenience this notification may cause and remain at your disposal for any"
    " further information you may require."
)

BOATS = "Boats lie on the river in Lyon on May 2, 2023. (Photo by Ana DUPOND / AFP)"
CAFE = "People sit outside a café in Nice on May 3, 2023. (Photo by Luc MARIN / AFP)"
PARK = "A man reads in a park in Nice on May 3, 2023. - The park reopened on May 1. (Photo by Ana DUPOND / AFP)"
QUAY = "Boats leave the quay in Lyon on May 2, 2023. (Photo by Luc MARIN / AFP)"
LEAD = "Passers-by cross a bridge in Lyon on May 1, 2023. (AFP Photo)"


def bracket(pairs: str, byline: str = "Luc MARIN", tail: str = TAIL) -> str:
    """AFP's bracket notice with these pairs."""
    return (
        f"The erroneous mention[s] appearing in the metadata of this photo by {byline} has been modified in AFP systems"
        f" in the following manner: {pairs}. {tail}"
    )


NOTICE = bracket("[Ana DUPOND] instead of [Luc MARIN]")
BLOCK = f"{CAFE}{BOATS} / ?{NOTICE}?{QUAY}{PARK}"
ARTICLE = f"""Close
newsletters Newsletters

Bridges reopen along the river

{LEAD}
{LEAD}
May 03, 2023 09:14 AM GMT+02:00

The city said on Tuesday that the bridges would stay open, according to a statement by its spokesperson.

Bridges criticised

The statement thanked the people.

City spokesperson

{BLOCK}
{BLOCK}

Developments on the river

Traffic began on May 1 between both banks of the river.
"""

KILL = (
    "MANDATORY KILL-DUE TO AN EDITORIAL ISSUE THIS PHOTO NUMBER 000_34L82NW RIVER-LYON-BRIDGE BY ANA DUPOND HAS BEEN"
    " WITHDRAWN FROM AFP SYSTEMS AND MAY NO LONGER BE USED IN ANY MANNER. PLEASE IMMEDIATELY REMOVE IT FROM ALL YOUR"
    " ONLINE SERVICES AND DELETE IT FROM YOUR SERVERS. IF YOU HAVE BEEN AUTHORIZED BY AFP TO DISTRIBUTE IT TO THIRD"
    " PARTIES, PLEASE ENSURE THAT THE SAME ACTIONS ARE CARRIED OUT BY THEM. FAILURE TO PROMPTLY COMPLY WITH THESE"
    " INSTRUCTIONS WILL ENTAIL LIABILITY ON YOUR PART FOR ANY CONTINUED OR POST NOTIFICATION USAGE. THEREFORE WE THANK"
    " YOU VERY MUCH FOR ALL YOUR ATTENTION AND PROMPT ACTION. WE ARE SORRY FOR THE INCONVENIENCE THIS NOTIFICATION MAY"
    " CAUSE AND REMAIN AT YOUR DISPOSAL FOR ANY FURTHER INFORMATION YOU MAY REQUIRE."
)

FRENCH = (
    "Suite à une erreur de légende, cette image a été retirée. Retirez-la de tous vos systèmes."
    " Nous regrettons ce désagrément. Merci de votre compréhension."
)


def mail(
    subject: str,
    body: str,
    *,
    html: str | None = None,
    attached: tuple[tuple[str, bytes], ...] = (),
) -> bytes:
    """A mail as a desk would save it."""
    message = EmailMessage()
    message["From"] = "photo@agency.example"
    message["To"] = "desk@paper.example"
    message["Subject"] = subject
    message["Date"] = "Wed, 03 May 2023 10:00:00 +0200"
    message.set_content(body)
    if html is not None:
        message.add_alternative(html, subtype="html")
    for name, data in attached:
        message.add_attachment(data, maintype="image", subtype="jpeg", filename=name)
    return message.as_bytes()
