//! One function for each row of the command table, calling the method of the same name.

use std::sync::Arc;

use tauri::State;
use treetop_api::Api;
use treetop_api::types::{
    app::*, chart::*, connection::*, decoders::*, error::ApiError, message::*, packets::*, payload::*,
    publish::*, recording::*, retained::*, search::*, session::*, storage::*, stream::*, time::*,
    transfer::*, tree::*,
};

macro_rules! shell_commands {
    ($($name:ident($($argument:ident: $type:ty),*) -> $reply:ty;)*) => {
        $(
            #[tauri::command]
            async fn $name(api: State<'_, Arc<Api>> $(, $argument: $type)*) -> Result<$reply, ApiError> {
                api.$name($($argument),*).await
            }
        )*

        /// Answers every command of the table.
        pub fn handler() -> impl Fn(tauri::ipc::Invoke) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name),*]
        }
    };
}
treetop_api::for_each_command!(shell_commands);
