//! The app itself: what it is, its settings, the demo broker.

use treetop_engine::message::Timestamp;

use crate::api::Api;
use crate::types::app::{AppInfo, Settings};
use crate::types::error::ApiError;
use crate::wire;

const SETTINGS: &str = "window";
/// The saved connection to the demo broker always has this id.
pub(crate) const DEMO: &str = "demo";

impl Api {
    pub async fn app_info(&self) -> Result<AppInfo, ApiError> {
        Ok(AppInfo {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            platform: std::env::consts::OS.to_owned(),
            secrets: wire::profile::secret_place(self.engine.secrets.place()),
            data_folder: self.engine.folder().display().to_string(),
            open: self.request.shown(),
        })
    }

    pub async fn settings(&self) -> Result<Settings, ApiError> {
        let saved = self
            .engine
            .profiles
            .setting(SETTINGS)
            .await
            .map_err(wire::error::profiles)?;
        Ok(saved.unwrap_or_default())
    }

    pub async fn settings_save(&self, settings: Settings) -> Result<(), ApiError> {
        self.engine
            .profiles
            .set_setting(SETTINGS, &settings)
            .await
            .map_err(wire::error::profiles)
    }

    /// Starts the demo broker and connects to it. Its port is another at each start.
    pub async fn demo_open(&self) -> Result<String, ApiError> {
        let address = self
            .desktop
            .start_demo()
            .await
            .map_err(|failure| ApiError::Demo { detail: failure.0 })?;
        let mut profile = match self.saved(DEMO).await {
            Ok(saved) => saved,
            Err(ApiError::UnknownConnection { .. }) => {
                let mut profile = wire::profile::new(DEMO);
                profile.name = "Demo broker".to_owned();
                profile
            }
            Err(error) => return Err(error),
        };
        profile.host = address.ip().to_string();
        profile.port = address.port();
        self.engine
            .save(&profile, Timestamp::now())
            .await
            .map_err(wire::error::engine)?;
        let connected = self
            .engine
            .connection(DEMO)
            .is_some_and(|open| open.session().is_some());
        if !connected {
            self.engine.connect(DEMO).await.map_err(wire::error::engine)?;
        }
        Ok(DEMO.to_owned())
    }
}
