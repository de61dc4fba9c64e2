//! The setting that every store of files has: what the names of its files begin with.

use crate::form::{Field, Letters, NameRule};

/// Characters that all three vendors call safe in the name of a file, and no segment that a URL would resolve away.
static PREFIX: NameRule = NameRule {
    never: &["//", "./"],
    never_first: &["/", ".well-known/acme-challenge/"],
    ..NameRule::of(
        1,
        512,
        Letters::Ascii,
        "/!-_.*'()=",
        "Letters, digits and / ! - _ . * ' ( ) = only; no slash at the start, no two in a row, and none after a dot.",
    )
};

/// `fileNamePrefix`.
pub(super) const FILE_NAME_PREFIX: Field = Field::named(
    &PREFIX,
    "fileNamePrefix",
    "File name prefix",
    "Put before the name of every file, which goes on with <yyyy>/<mm>/<dd>/. End it with / to make it a folder.",
    "inbound/labs/",
);
