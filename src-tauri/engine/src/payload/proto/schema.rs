//! The `.proto` files of a person, compiled without touching the disk: imports are found among the files
//! that were given, by their path or by their name alone, and among Google's own types.

use std::sync::Arc;

use protox::Compiler;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};
use protox::prost_reflect::{DescriptorPool, MessageDescriptor};

/// A message type that payloads can be read by. Cheap to clone.
#[derive(Clone, Debug)]
pub struct MessageType(pub(super) MessageDescriptor);

impl MessageType {
    /// Its name with its package: `plant.Press`.
    pub fn name(&self) -> &str {
        self.0.full_name()
    }
}

/// A file as it was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaFile {
    /// Its name without folders.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// Why a file can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {detail}")]
pub struct SchemaProblem {
    /// The file that is to blame; not always the one that was compiled.
    pub file: String,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column, from 1.
    pub column: Option<u32>,
    /// What the compiler says.
    pub detail: String,
}

/// Compiled files.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    pools: Vec<DescriptorPool>,
    problems: Vec<(String, SchemaProblem)>,
}

struct Given(Arc<[SchemaFile]>);

fn base(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

impl FileResolver for Given {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        let found = self.0.iter().find(|file| file.name == base(name));
        match found {
            Some(file) => Ok(File::from_source(name, &file.text)?),
            None => Err(protox::Error::file_not_found(name)),
        }
    }
}

impl Schemas {
    /// Compiles every file by itself, so that one that is wrong takes none of the others along.
    pub fn compile(files: &[SchemaFile]) -> Self {
        let mut schemas = Self::default();
        let given: Arc<[SchemaFile]> = files.into();
        for file in files {
            let mut resolver = ChainFileResolver::new();
            resolver.add(GoogleFileResolver::new());
            resolver.add(Given(given.clone()));
            let mut compiler = Compiler::with_file_resolver(resolver);
            match compiler.open_file(&file.name) {
                Ok(compiler) => schemas.pools.push(compiler.descriptor_pool()),
                Err(error) => schemas
                    .problems
                    .push((file.name.clone(), problem(&file.name, &error))),
            }
        }
        schemas
    }

    /// A message type by its name with its package.
    pub fn message(&self, name: &str) -> Option<MessageType> {
        self.pools
            .iter()
            .find_map(|pool| pool.get_message_by_name(name))
            .map(MessageType)
    }

    /// The message types that a file defines, nested ones included, in order.
    pub fn messages(&self, file: &str) -> Vec<String> {
        let Some(file) = self.pools.iter().find_map(|pool| pool.get_file_by_name(file)) else {
            return Vec::new();
        };
        let mut waiting: Vec<MessageDescriptor> = file.messages().collect();
        waiting.reverse();
        let mut names = Vec::new();
        while let Some(message) = waiting.pop() {
            if message.is_map_entry() {
                continue;
            }
            names.push(message.full_name().to_owned());
            let inner: Vec<_> = message.child_messages().collect();
            waiting.extend(inner.into_iter().rev());
        }
        names
    }

    /// Why a file can't be used.
    pub fn problem(&self, file: &str) -> Option<&SchemaProblem> {
        self.problems
            .iter()
            .find(|(name, _)| name == file)
            .map(|(_, problem)| problem)
    }
}

/// The compiler tells the place in its debug text alone: `file:line:column: what`.
fn problem(name: &str, error: &protox::Error) -> SchemaProblem {
    let file = error.file().unwrap_or(name).to_owned();
    let told = format!("{error:?}");
    let mut numbers = told
        .strip_prefix(file.as_str())
        .unwrap_or_default()
        .split(':')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map_while(|part| part.parse().ok());
    SchemaProblem {
        file,
        line: numbers.next(),
        column: numbers.next(),
        detail: error.to_string(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    pub const PLANT: &str = r#"
        syntax = "proto3";
        package plant;
        enum State { STOPPED = 0; IDLE = 1; RUNNING = 2; }
        message Press {
            message Axis { float x = 1; }
            string name = 1;
            double force = 2;
            uint64 count = 3;
            sint32 offset = 4;
            State state = 5;
            repeated int32 codes = 6;
            repeated string notes = 7;
            map<string, float> limits = 8;
            repeated Axis axes = 9;
        }
    "#;

    pub fn schemas(files: &[(&str, &str)]) -> Schemas {
        let files: Vec<_> = files
            .iter()
            .map(|(name, text)| SchemaFile {
                name: (*name).into(),
                text: (*text).into(),
            })
            .collect();
        Schemas::compile(&files)
    }

    #[test]
    fn files_find_each_other_and_googles() {
        let line =
            "syntax = \"proto3\"; import \"common/plant.proto\"; import \"google/protobuf/timestamp.proto\";
            message Line { plant.Press press = 1; google.protobuf.Timestamp at = 2; }";
        let schemas = schemas(&[("line.proto", line), ("plant.proto", PLANT)]);
        assert_eq!(schemas.problem("line.proto"), None);
        assert_eq!(schemas.messages("line.proto"), ["Line"]);
        assert_eq!(
            schemas.messages("plant.proto"),
            ["plant.Press", "plant.Press.Axis"]
        );
        assert_eq!(schemas.message("plant.Press").unwrap().name(), "plant.Press");
        assert!(schemas.message("Missing").is_none());
    }

    #[test]
    fn faults_have_a_line() {
        let found = |text: &str| {
            let schemas = schemas(&[("a.proto", text), ("plant.proto", PLANT)]);
            assert!(schemas.message("plant.Press").is_some());
            let problem = schemas.problem("a.proto").unwrap().clone();
            (problem.file, problem.line, problem.detail)
        };
        let (file, line, detail) = found("syntax = \"proto3\";\nmessage A {\n  strng = 1;\n}");
        assert_eq!((file.as_str(), line), ("a.proto", Some(3)), "{detail}");
        let (_, line, detail) = found("syntax = \"proto3\";\nmessage A {\n\n  Missing m = 1;\n}");
        assert_eq!(line, Some(4), "{detail}");
        let (file, line, detail) = found("syntax = \"proto3\";\nimport \"gone.proto\";");
        assert_eq!((file.as_str(), line), ("a.proto", Some(2)), "{detail}");
    }
}
