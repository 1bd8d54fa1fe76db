"""What rules and fields are called for a person, and what a rule asks of one."""

from __future__ import annotations

from provenance.model import Property, Rule

RULES: dict[Rule, tuple[str, str]] = {
    Rule.ERRONEOUS_CREDIT: (
        "Wrong credit",
        "The file still names the wrong person. The correction is shown with each picture.",
    ),
    Rule.ERRONEOUS_MENTION: (
        "Wrong mention in a caption",
        "The agency corrected a fact in the prose. An editor decides how the sentence should read.",
    ),
    Rule.LEAKED_NOTICE: (
        "Notice text in a published field",
        "The agency's instruction to its clients stands where readers can see it. Take it out.",
    ),
    Rule.WITHDRAWN: (
        "Withdrawn picture",
        "The agency took the picture back. Remove it from every page and store.",
    ),
    Rule.RESTRICTED: (
        "Restricted use",
        "A time limit or embargo is on record. Check it before the picture is used again.",
    ),
    Rule.SILENT_CORRECTION: (
        "Same picture, another byline",
        "Two versions disagree and no notice says which is right. Ask the agency.",
    ),
    Rule.CREDIT_MISSING: (
        "No credit",
        "Nothing in the file says who made the picture. Find its original and restore the credit.",
    ),
    Rule.CREDIT_INCOMPLETE: (
        "Agency without photographer",
        "An agency is named, the photographer is not. Add the name where it is known.",
    ),
    Rule.CONTAINERS_DISAGREE: (
        "Fields that disagree",
        "EXIF, IIM and XMP give different answers. Which is shown depends on the program.",
    ),
    Rule.CREDIT_TRUNCATED: (
        "Cut credit",
        "A value was cut at its length limit. The whole value may stand in another container.",
    ),
    Rule.ENCODING_DAMAGED: (
        "Damaged letters",
        "Accents or other letters were decoded wrongly somewhere. Restore them from the original.",
    ),
    Rule.CONTENT_CREDENTIALS: (
        "Content Credentials",
        "An edit would break the file's Content Credentials, so the program does not make one.",
    ),
    Rule.UNREADABLE: (
        "Unreadable file",
        "The file could not be read, so nothing can be said about its credit.",
    ),
}

PROPERTIES: dict[Property, str] = {
    Property.CREATOR_NAMES: "Creator",
    Property.CREATOR_JOBTITLE: "Creator's job title",
    Property.CREDIT_LINE: "Credit line",
    Property.SOURCE: "Source",
    Property.COPYRIGHT_NOTICE: "Copyright notice",
    Property.DESCRIPTION: "Caption",
    Property.CAPTION_WRITER: "Caption writer",
    Property.HEADLINE: "Headline",
    Property.TITLE: "Title",
    Property.INSTRUCTIONS: "Instructions",
    Property.JOBID: "Job id",
    Property.DATE_CREATED: "Date created",
    Property.CITY: "City",
    Property.SUBLOCATION: "Sublocation",
    Property.PROVINCE_STATE: "Province or state",
    Property.COUNTRY_NAME: "Country",
    Property.COUNTRY_CODE: "Country code",
    Property.KEYWORDS: "Keywords",
    Property.DIGITAL_IMAGE_GUID: "Image GUID",
    Property.IMAGE_SUPPLIER_IMAGE_ID: "Supplier's image id",
    Property.DIGITAL_SOURCE_TYPE: "Digital source type",
    Property.USAGE_TERMS: "Usage terms",
    Property.ACTION_ADVISED: "Action advised",
    Property.REFERENCE_SERVICE: "Reference service",
    Property.REFERENCE_DATE: "Reference date",
    Property.REFERENCE_NUMBER: "Reference number",
    Property.RELEASE_DATE: "Release date",
    Property.EXPIRATION_DATE: "Expiration date",
    Property.EDIT_STATUS: "Edit status",
    Property.EDITORIAL_UPDATE: "Editorial update",
    Property.DOCUMENT_ID: "Document id",
    Property.ORIGINAL_DOCUMENT_ID: "Original document id",
    Property.DERIVED_FROM: "Derived from",
}
