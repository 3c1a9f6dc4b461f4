//! Generates what follows from the command table: TypeScript for the window, the list of commands and
//! the capabilities of the shell. It writes nothing itself; `examples/bindings.rs` does.

use std::any::{TypeId, type_name};
use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

use ts_rs::{Config, TS, TypeVisitor};

use crate::types::{
    app::*, chart::*, connection::*, decoders::*, error::*, message::*, packets::*, payload::*, publish::*,
    recording::*, retained::*, search::*, session::*, storage::*, stream::*, time::*, transfer::*, tree::*,
};

/// One command: its name, its arguments with their TypeScript types, its reply.
struct Signature {
    name: &'static str,
    arguments: Vec<(&'static str, String)>,
    reply: String,
}

/// Two types that would be one in TypeScript, where one of them would be taken for the other.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{first}` and `{second}` have one name in TypeScript: {name}")]
pub struct SameName {
    name: String,
    first: &'static str,
    second: &'static str,
}

/// The declaration of a type, and the type.
struct Declaration {
    text: String,
    of: &'static str,
}

/// All declarations met, by name.
struct Declarations<'a> {
    config: &'a Config,
    seen: HashSet<TypeId>,
    found: BTreeMap<String, Declaration>,
    same_name: Option<SameName>,
}

impl TypeVisitor for Declarations<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        // Only our own types have a file of their own to go to; primitives and containers have none.
        if T::output_path().is_some() {
            let (name, of) = (T::ident(self.config), type_name::<T>());
            let text = T::decl(self.config);
            if let Some(first) = self.found.insert(name.clone(), Declaration { text, of }) {
                self.same_name.get_or_insert(SameName {
                    name,
                    first: first.of,
                    second: of,
                });
            }
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

impl<'a> Declarations<'a> {
    fn new(config: &'a Config) -> Self {
        Self {
            config,
            seen: HashSet::new(),
            found: BTreeMap::new(),
            same_name: None,
        }
    }

    /// One text for each name.
    fn texts(self) -> Result<Vec<String>, SameName> {
        match self.same_name {
            Some(same_name) => Err(same_name),
            None => Ok(self.found.into_values().map(|one| one.text).collect()),
        }
    }
}

/// The names of all commands, in the order of the table.
pub const COMMANDS: &[&str] = {
    macro_rules! names {
        ($($name:ident($($argument:ident: $type:ty),*) -> $reply:ty;)*) => { &[$(stringify!($name)),*] };
    }
    crate::for_each_command!(names)
};

fn signatures(config: &Config, found: &mut Declarations<'_>) -> Vec<Signature> {
    macro_rules! collect {
        ($($name:ident($($argument:ident: $type:ty),*) -> $reply:ty;)*) => {
            vec![$({
                $(found.visit::<$type>();)*
                found.visit::<$reply>();
                Signature {
                    name: stringify!($name),
                    arguments: vec![$((stringify!($argument), <$type as TS>::name(config))),*],
                    reply: <$reply as TS>::name(config),
                }
            }),*]
        };
    }
    crate::for_each_command!(collect)
}

fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (head, tail) = part.split_at(1);
        out.push_str(&head.to_uppercase());
        out.push_str(tail);
    }
    out
}

/// The TypeScript module `ui/src/lib/ipc/generated.ts`.
///
/// # Errors
///
/// If two types of the table have one name.
pub fn typescript() -> Result<String, SameName> {
    let config = Config::new().with_large_int("number");
    let mut found = Declarations::new(&config);
    let signatures = signatures(&config, &mut found);
    found.visit::<ApiError>();

    let mut out = String::from(
        "// Generated from the command table. Change `src-tauri/api` and run `npm run bindings`.\n\n",
    );
    for text in found.texts()? {
        // Writing to a String can't fail.
        let _ = writeln!(out, "export {text}\n");
    }
    out.push_str("export type Commands = {\n");
    for Signature {
        name,
        arguments,
        reply,
    } in &signatures
    {
        let arguments: Vec<String> = arguments
            .iter()
            .map(|(name, kind)| format!("{}: {kind}", camel(name)))
            .collect();
        let reply = if reply == "null" { "void" } else { reply };
        let _ = writeln!(
            out,
            "  {name}: {{ args: {{ {} }}; reply: {reply} }};",
            arguments.join("; ")
        );
    }
    out.push_str("};\n");
    Ok(out)
}

/// The capability file of the main window: each command by name.
pub fn capability() -> String {
    let mut permissions: Vec<String> = vec!["core:default".into()];
    permissions.extend(
        [
            "core:window:allow-set-theme",
            "core:webview:allow-set-webview-zoom",
            "clipboard-manager:allow-write-text",
        ]
        .map(String::from),
    );
    permissions.extend(
        COMMANDS
            .iter()
            .map(|name| format!("allow-{}", name.replace('_', "-"))),
    );
    let capability = serde_json::json!({
        "$schema": "../gen/schemas/desktop-schema.json",
        "identifier": "main",
        "description": "What the window may ask for, command by command",
        "windows": ["main"],
        "permissions": permissions,
    });
    format!("{capability:#}\n")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    mod tank {
        #[derive(ts_rs::TS)]
        pub struct Level {
            pub _litres: f64,
        }
    }

    mod tree {
        #[derive(ts_rs::TS)]
        pub struct Level {
            pub _name: String,
        }
    }

    #[derive(ts_rs::TS)]
    struct Both {
        _tank: tank::Level,
        _tree: Vec<tree::Level>,
    }

    #[test]
    fn each_type_of_the_table_has_a_name_of_its_own() {
        assert!(typescript().unwrap().contains("export type Profile = "));
    }

    #[test]
    fn two_types_of_one_name_are_refused_by_name() {
        let config = Config::new();
        let mut found = Declarations::new(&config);
        found.visit::<tank::Level>();
        found.visit::<Option<tank::Level>>();
        assert_eq!(found.same_name, None);
        found.visit::<Both>();
        let same = found.texts().unwrap_err();
        assert_eq!(same.name, "Level");
        assert!(same.first.ends_with("tank::Level"), "{same}");
        assert!(same.second.ends_with("tree::Level"), "{same}");
    }
}
