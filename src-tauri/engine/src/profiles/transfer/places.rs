//! Where MQTT Explorer and MQTTX keep their connections. It only names places; nobody has looked yet.

use std::path::{Path, PathBuf};

use super::Program;

/// The operating systems these programs exist for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum System {
    Linux,
    MacOs,
    Windows,
}

impl System {
    /// The one this program was built for; others are taken as Linux.
    pub fn here() -> Self {
        match std::env::consts::OS {
            "macos" => Self::MacOs,
            "windows" => Self::Windows,
            _ => Self::Linux,
        }
    }
}

/// The folders of the person at the desk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Folders {
    /// Their home.
    pub home: Option<PathBuf>,
    /// `XDG_CONFIG_HOME`, or `APPDATA` on Windows, if it is set.
    pub config: Option<PathBuf>,
}

impl Folders {
    /// As the environment of this process says.
    pub fn of_environment() -> Self {
        let folder = |name| {
            std::env::var_os(name)
                .filter(|path| !path.is_empty())
                .map(PathBuf::from)
        };
        let config = match System::here() {
            System::Windows => "APPDATA",
            System::MacOs | System::Linux => "XDG_CONFIG_HOME",
        };
        Self {
            home: std::env::home_dir(),
            config: folder(config),
        }
    }
}

/// A file that may be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whose.
    pub program: Program,
    /// Where.
    pub path: PathBuf,
}

/// The usual places, the likelier first.
pub fn places(folders: &Folders, system: System) -> Vec<Place> {
    let home = folders.home.as_deref();
    let below = |path: &str| home.map(|home| home.join(path));
    let settings = match system {
        System::Linux => folders.config.clone().or_else(|| below(".config")),
        System::MacOs => below("Library/Application Support"),
        System::Windows => folders.config.clone().or_else(|| below("AppData/Roaming")),
    };
    let (explorer, mqttx) = ("MQTT-Explorer/settings.json", "MQTTX/MQTTX.db");
    let inside = |folder: &str, file: &str| below(folder).map(|folder| folder.join(file));
    let at = |program, path: Option<PathBuf>| path.map(|path| Place { program, path });
    let in_settings = |file: &str| settings.as_deref().map(|settings: &Path| settings.join(file));
    let mut all = vec![
        at(Program::MqttExplorer, in_settings(explorer)),
        at(Program::Mqttx, in_settings(mqttx)),
    ];
    match system {
        System::Linux => all.extend([
            at(
                Program::MqttExplorer,
                inside("snap/mqtt-explorer/current/.config", explorer),
            ),
            at(Program::Mqttx, inside("snap/mqttx/current/.config", mqttx)),
        ]),
        System::MacOs => {
            let container = "Library/Containers/de.t7n.apps.mqtt-explorer/Data/Library/Application Support";
            all.push(at(Program::MqttExplorer, inside(container, explorer)));
        }
        System::Windows => {}
    }
    all.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_has_its_places() {
        let folders = Folders {
            home: Some("/home/a".into()),
            config: Some("/elsewhere".into()),
        };
        let paths = |system| {
            places(&folders, system)
                .into_iter()
                .map(|place| place.path)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            paths(System::Linux)[0],
            Path::new("/elsewhere/MQTT-Explorer/settings.json")
        );
        assert_eq!(paths(System::Windows)[1], Path::new("/elsewhere/MQTTX/MQTTX.db"));
        let mac = paths(System::MacOs);
        assert_eq!(
            mac[0],
            Path::new("/home/a/Library/Application Support/MQTT-Explorer/settings.json")
        );
        assert!(mac[2].starts_with("/home/a/Library/Containers"));
        let nowhere = Folders::default();
        assert_eq!(places(&nowhere, System::Linux), []);
        let plain = Folders {
            config: None,
            ..folders
        };
        assert_eq!(
            places(&plain, System::Linux)[1].path,
            Path::new("/home/a/.config/MQTTX/MQTTX.db")
        );
    }
}
