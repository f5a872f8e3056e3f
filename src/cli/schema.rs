//! `countersign schema [NAME]`: the JSON Schemas of what is read and written, from the very types.

use schemars::{JsonSchema, generate::SchemaSettings};

use crate::{
    error::Error,
    evidence::{claims::manifest::Manifest, mutation::own::Envelope, receipt::Receipt, task::Task},
    policy::{self, Policy},
    report::json::Verdict,
    rules::pack::Rule,
    verdict::Exit,
};

/// Of which file.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The kind of file; a list of them where absent.
    name: Option<String>,
}

/// A kind of file that has a schema.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// Its name on the command line and under `schemas/`.
    pub name: &'static str,
    /// What it is.
    pub what: &'static str,
    schema: fn() -> schemars::Schema,
}

/// Every kind.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "policy",
        what: "what a team decided: `countersign.yaml` at the root of the base",
        schema: read::<Policy>,
    },
    Kind {
        name: "task",
        what: "what was assigned: `check --task FILE`",
        schema: read::<Task>,
    },
    Kind {
        name: "claims",
        what: "what the author says: `check --claims FILE`",
        schema: read::<Manifest>,
    },
    Kind {
        name: "verdict",
        what: "what came out: `check --report json`, version 1",
        schema: written::<Verdict<'static>>,
    },
    Kind {
        name: "rules",
        what: "a pack of rules over added code: `rules:` in the policy, `rules test FILE`",
        schema: read::<Vec<Rule>>,
    },
    Kind {
        name: "receipt",
        what: "which run made the test reports, and on which tree: written by `record`, `check --receipt FILE`",
        schema: read::<Receipt>,
    },
    Kind {
        name: "mutation",
        what: "what `mutate --output FILE` puts under `config.countersign` of its report",
        schema: read::<Envelope>,
    },
];

fn read<T: JsonSchema>() -> schemars::Schema {
    let settings = SchemaSettings::draft2020_12().for_deserialize();
    settings.into_generator().into_root_schema_for::<T>()
}

fn written<T: JsonSchema>() -> schemars::Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings.into_generator().into_root_schema_for::<T>()
}

/// Prints a schema or the list.
///
/// # Errors
/// There is no such schema, or standard output cannot be written.
pub fn run(arguments: &Arguments) -> Result<Exit, Error> {
    let Some(name) = &arguments.name else {
        let lines = KINDS
            .iter()
            .map(|kind| format!("{:8} {}\n", kind.name, kind.what));
        return super::print(&lines.collect::<String>());
    };
    let names = || KINDS.iter().map(|kind| kind.name);
    let found = KINDS.iter().find(|kind| kind.name == name);
    let kind = found.ok_or_else(|| {
        Error::usage(
            policy::unknown("schema", name, names()),
            format!("choose from {}", names().collect::<Vec<_>>().join(", ")),
        )
    })?;
    super::print(&text(kind))
}

/// A schema as printed and as kept under `schemas/`.
pub fn text(kind: &Kind) -> String {
    format!("{:#}\n", (kind.schema)().as_value())
}
