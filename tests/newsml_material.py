"""Invented wire items in NewsML-G2, NewsML 1.2 and NITF."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

G2 = "http://iptc.org/std/nar/2006-10-01/"
REUTERS = "http://www.reuters.com/ns/2003/08/content"
CAPTION = "Boats lie on the river in Lyon on May 2, 2023. REUTERS/Ana Dupond"

ABOUT = """
<itemClass qcode="ninat:picture"/><provider qcode="nprov:REUTERS"/>
<versionCreated>2023-05-03T10:00:00Z</versionCreated><pubStatus qcode="stat:usable"/>"""


def elements(name: str, *texts: str, **attributes: str) -> str:
    """One element of this name for each text."""
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return "".join(f"<{name}{said}>{escape(text)}</{name}>" for text in texts)


def g2_item(
    about: str = ABOUT,
    content: str = "",
    *,
    guid: str = "tag:agency.example,2023:1",
    version: str = "1",
    more: str = "",
    kind: str = "newsItem",
) -> str:
    """One item, without an XML declaration."""
    return (
        f'<{kind} xmlns="{G2}" xmlns:rtr="{REUTERS}" standard="NewsML-G2" standardversion="2.31"'
        f' conformance="power" xml:lang="en" guid={quoteattr(guid)} version={quoteattr(version)}>'
        f"{more}<itemMeta>{about}</itemMeta><contentMeta>{content}</contentMeta></{kind}>"
    )


def g2_message(*inside: str, header: str = "") -> str:
    """A message with these items."""
    return (
        f'<newsMessage xmlns="{G2}"><header><sent>2023-05-03T10:00:05Z</sent>{header}</header>'
        f"<itemSet>{''.join(inside)}</itemSet></newsMessage>"
    )


def meta(
    *,
    kind: str = "picture",
    status: str = 'qcode="stat:usable"',
    signals: str = "",
    notes: str = "",
) -> str:
    """An ``itemMeta`` with this status, these signals and notes."""
    return (
        f'<itemClass qcode="ninat:{kind}"/><provider literal="reuters.com"/>'
        "<versionCreated>2023-05-03T10:00:00.000Z</versionCreated>"
        f"<pubStatus {status}/>{notes}{signals}"
    )


REUTERS_PICTURE = g2_item(
    '<itemClass qcode="icls:picture" rtr:msgType="S"/><provider literal="reuters.com"/>'
    "<versionCreated>2023-05-03T06:20:12.000Z</versionCreated>"
    '<firstCreated>2023-05-02T06:20:12.000Z</firstCreated><pubStatus qcode="stat:usable"/>'
    "<fileName>2023-05-03T062012Z_484616934_GM1EA7M13RP99_RTRMADP_0_RIVER.XML</fileName>"
    '<signal qcode="edStat:N"/><signal qcode="prodId:PIX"/>'
    '<link rel="irel:processedFrom" residref="tag_reuters.com_0000_newsml_GF2EA7M0GIR99"/>'
    '<link rel="irel:seeAlso" href="https://agency.example/page"/>',
    '<infoSource role="cRole:origProv" literal="REUTERS"/>'
    '<infoSource role="cRole:phot" qcode="photCode:X90045"/>'
    '<creator qcode="photCode:X90045" role="cRole:phot"/>'
    '<contributor role="cRole:capWriter" literal="MA/LP"/>'
    '<altId type="idType:IID" rtr:isOriginal="1">GM1EA7M13RP99</altId>'
    '<altId type="idType:OTR">MA233</altId><altId type="idType:editNumber">6085</altId>'
    '<slugline separator="-">RIVER/</slugline><headline>Boats lie on\n\tthe river</headline>'
    "<by>ANA DUPOND</by><creditline>REUTERS</creditline>"
    '<located literal="Lyon" type="cptType:5"><name>Lyon</name><facet qcode="geoProp:8"/>'
    '<broader qcode="N2:FRA" type="cptType:5"><name>France</name><facet qcode="geoProp:5"/>'
    "</broader></located>"
    f'<description role="descRole:caption">{CAPTION}</description>',
    guid="tag_reuters.com_0000_newsml_GM1EA7M13RP99",
    version="484616934",
).replace(
    "</newsItem>",
    "<contentSet><remoteContent href="
    '"http://content.example/a/tag_reuters.com_0000_binary_GM1EA7M13RP99-BASEIMAGE">'
    '<rtr:altId type="idType:fileBIN">2023-05-03T062012Z_1_GM1EA7M13RP99_RIVER.JPG</rtr:altId>'
    '</remoteContent><remoteContent href="file:///./pics%20a/GM1EA7M13RP99-web.jpg?sig=a/b.c"/>'
    "</contentSet></newsItem>",
)


def newsml_1(
    *,
    status: str = "Usable",
    management: str = "",
    lines: str = "",
    revision: str = '<RevisionId PreviousRevision="0" Update="N">1</RevisionId>',
    identity: str = "",
) -> str:
    """A picture with its caption, as AFP sends one."""
    identity = identity or (
        "<ProviderId>afp.com</ProviderId><DateId>20230503T131559Z</DateId>"
        f"<NewsItemId>doc-48kt7nq</NewsItemId>{revision}"
        "<PublicIdentifier>urn:newsml:afp.com:20230503T131559Z:doc-48kt7nq:1</PublicIdentifier>"
    )
    return f"""<NewsML Version="1.2"><Catalog Href="http://www.afp.com/dtd/AFPCatalog.xml"/>
<NewsEnvelope><DateAndTime>20230503T131559+0000</DateAndTime></NewsEnvelope>
<NewsItem xml:lang="en"><Identification><NewsIdentifier>{identity}</NewsIdentifier>
<NameLabel>FRANCE-RIVER</NameLabel><Label><LabelType FormalName="CodeName"/>
<LabelText>SK1446</LabelText></Label></Identification>
<NewsManagement><NewsItemType FormalName="News"/>
<FirstCreated>20230503T131559+0000</FirstCreated>
<ThisRevisionCreated>20230503T151559+0200</ThisRevisionCreated>
<Status FormalName="{status}"/>{management}</NewsManagement>
<NewsComponent><NewsLines><HeadLine>Boats on the river</HeadLine>{lines}</NewsLines>
<AdministrativeMetadata><FileName>AFP_48KT7NQ</FileName>
<Provider><Party FormalName="AFP"/></Provider><Creator><Party FormalName="ANA DUPOND "/></Creator>
<Source><Party FormalName="AFP"/></Source><Contributor><Party FormalName="AD">
<Property FormalName="Role" Value="CaptionWriter"/></Party></Contributor></AdministrativeMetadata>
<DescriptiveMetadata><Language FormalName="en"/><Location HowPresent="Origin">
<Property FormalName="Country" Value="FRA"/><Property FormalName="City" Value="Lyon"/></Location>
</DescriptiveMetadata>
<NewsComponent><Role FormalName="Caption"/><ContentItem><MediaType FormalName="Text"/>
<Format FormalName="NITF3.1"/><DataContent><nitf><body><body.content>
<p>Boats lie on the river in Lyon on May 2, 2023.


 / AFP / ANA DUPOND</p></body.content></body></nitf></DataContent></ContentItem></NewsComponent>
<NewsComponent><Role FormalName="main"/><ContentItem Href="AFP_48KT7NQ.jpg">
<MediaType FormalName="Photo"/><Format FormalName="image/jpeg"/></ContentItem></NewsComponent>
</NewsComponent></NewsItem></NewsML>"""


def nitf(docdata: str = "", attributes: str = "", head: str = "", top: str = "") -> str:
    """A story as PA sends one."""
    return f"""<nitf version="-//IPTC//DTD NITF 3.1//EN"><head><title>1 RIVER Lyon</title>
<docdata{attributes}><du-key key="PA-HHH-RIVER-Lyon" version="2"/>
<doc-id id-string="af1f7ad5-5619HHH-3-1"/><del-list><from-src src-name="PA" level-number="1"/></del-list>
<date.issue norm="20230503T102446+0100"/>{docdata}
<doc.copyright holder="Press Association" year="2023"/></docdata>{head}</head>
<body><body.head><hedline><hl1>BOATS ON THE RIVER</hl1></hedline>
<byline>By Ana Dupond<byttl>Press Association</byttl></byline>{top}</body.head>
<body.content><p>Boats lie on the river.</p></body.content></body></nitf>"""
