//! The one table of commands. Each row is a method of `Api` with the same name: a missing or different
//! one does not compile. From the rows come the functions of the shell, the TypeScript types and the list
//! of capabilities.

/// Calls a macro with every command.
#[macro_export]
macro_rules! for_each_command {
    ($callback:ident) => {
        $callback! {
            // The app
            app_info() -> AppInfo;
            settings() -> Settings;
            settings_save(settings: Settings) -> ();
            demo_open() -> String;

            // Saved connections
            connections(revision: f64) -> ConnectionsFrame;
            profile_new() -> Profile;
            profile_from_address(address: String) -> Profile;
            profile(id: String) -> ProfileEntry;
            profile_check(profile: Profile) -> Vec<ProfileProblem>;
            profile_save(profile: Profile, secrets: SecretChanges) -> ();
            profile_duplicate(id: String) -> String;
            profile_delete(id: String, with_history: bool) -> ();
            profile_test(profile: Profile, secrets: SecretChanges) -> f64;
            profile_test_frame(test: f64, revision: f64) -> TestFrame;
            profile_token(profile: Profile, secret: PasswordChange) -> TokenInfo;
            profile_pick_file() -> Option<String>;

            // Connections from and to files
            import_sources() -> Vec<ImportSource>;
            import_read(path: String, passphrase: Option<String>) -> ImportList;
            import_take(import: f64, chosen: Vec<u32>) -> ImportTaken;
            import_forget() -> ();
            export_write(passphrase: Option<String>) -> Saved;

            // The life of a connection
            connection_connect(id: String) -> ();
            connection_browse(id: String) -> ();
            connection_disconnect(id: String) -> ();
            connection_retry(id: String) -> ();
            connection_close(id: String) -> ();
            status(id: String, revision: f64) -> StatusFrame;
            timeline(id: String, limit: u32) -> Vec<TimelineEntry>;
            topic_subscribe(id: String, subscription: Subscription) -> Subscribed;
            topic_unsubscribe(id: String, filter: String) -> Reason;

            // The tree
            tree_frame(id: String, window: TreeWindow) -> Option<TreeFrame>;
            tree_expand(id: String, node: u32, expanded: bool, branch: bool) -> ();
            tree_collapse_all(id: String) -> ();
            tree_filter(id: String, filter: TreeFilter) -> FilterMode;
            tree_hit(id: String, from: Option<String>, backwards: bool) -> Option<TreeTarget>;
            tree_sort(id: String, sort: TreeSort) -> ();
            tree_hold(id: String, held: bool) -> ();
            tree_pause(id: String, paused: bool) -> ();
            tree_reveal(id: String, topic: String) -> Option<TreeTarget>;
            tree_place(id: String, topic: String) -> Option<f64>;
            tree_parent(id: String, from: TreeFrom) -> Option<TreeTarget>;
            tree_type_ahead(id: String, from: TreeFrom, prefix: String) -> Option<TreeTarget>;
            tree_find(id: String, text: String, limit: u32) -> Vec<String>;
            tree_busiest(id: String, by: BusyBy, limit: u32, wait: bool) -> Busiest;

            // The time machine
            time_span(id: String) -> TimeSpan;
            time_go(id: String, at: f64) -> Option<TimeShown>;
            time_live(id: String) -> ();
            time_step(id: String, at: f64, forward: bool, step: TimeStep) -> Option<f64>;
            time_compare(id: String, from: f64, to: f64) -> Option<TimeComparison>;
            time_compare_end(id: String) -> ();
            time_changes(id: String, fate: TopicFate, first: f64, count: u32) -> Vec<TopicChange>;

            // Messages
            topic_frame(id: String, topic: String, known: Option<f64>, look: Option<PayloadLook>) -> TopicFrame;
            message_info(id: String, message: f64) -> MessageInfo;
            message_payload(id: String, message: f64, look: PayloadLook) -> RenderedPayload;
            message_page(id: String, topic: String, before: Option<f64>, limit: u32) -> HistoryPage;
            message_diff(id: String, a: f64, b: f64) -> MessageDiff;
            message_diff_rows(id: String, a: f64, b: f64, inline: bool, first: f64, count: u32) -> Vec<DiffRow>;
            message_text(id: String, message: f64, format: Option<Format>) -> String;
            message_copy(id: String, message: f64, format: Option<Format>) -> ();
            message_draft(id: String, message: f64) -> Draft;
            message_numbers(id: String, message: f64) -> Vec<NumberField>;
            message_save(id: String, message: f64) -> Saved;
            message_command(id: String, message: f64) -> PublishCommand;

            // Payloads in stretches
            payload_rows(id: String, message: f64, window: PayloadWindow) -> Option<PayloadRows>;
            payload_bytes(id: String, message: f64, window: BytesWindow) -> PayloadBytes;
            payload_find(id: String, message: f64, place: SearchPlace, query: PayloadQuery, index: f64) -> Option<PayloadFound>;
            payload_field(id: String, message: f64, at: FieldAt) -> Option<PayloadField>;
            payload_close(id: String) -> ();

            // All messages as they come
            stream_frame(id: String, window: StreamWindow) -> StreamFrame;
            stream_clear(id: String) -> ();

            // Recordings
            recording_export(id: String, selection: MessageSelection, format: RecordingFormat) -> Option<f64>;
            recording_import() -> Option<f64>;
            replay_survey(source: ReplaySource) -> f64;
            replay_start(id: String, source: ReplaySource, options: ReplayOptions, confirmed: ReplayConfirmed) -> f64;
            job_frame(job: f64, revision: f64) -> JobFrame;
            job_order(job: f64, order: JobOrder) -> ();

            // Looking through the history
            search_start(id: String, query: SearchQuery) -> f64;
            search_frame(id: String, search: f64, window: SearchWindow) -> Option<SearchFrame>;
            search_stop(id: String, search: f64) -> ();
            search_go_on(id: String, search: f64) -> ();

            // How payloads are read
            decoders(id: String) -> Decoders;
            decoders_save(id: String, rules: Vec<DecoderRule>) -> Decoders;
            schema_add(id: String, path: String) -> Decoders;
            schema_remove(id: String, name: String) -> Decoders;

            // Charts
            series_list(id: String) -> Vec<Series>;
            series_add(id: String, topic: String, path: String) -> Series;
            series_remove(id: String, series: u32) -> ();
            series_hide(id: String, series: u32, hidden: bool) -> ();
            chart_frame(id: String, request: ChartRequest) -> Option<ChartFrame>;
            chart_export(id: String, export: ChartExport) -> Saved;

            // Publishing
            topic_check(topic: String, filter: bool) -> Option<TopicProblem>;
            payload_check(payload: String, format: InputFormat) -> PayloadCheck;
            publish(id: String, draft: Draft, offline: WhileOffline) -> Sent;
            sent(id: String, revision: f64) -> SentFrame;
            sent_draft(id: String, sent: f64) -> Draft;
            sent_cancel(id: String, sent: f64) -> bool;

            // Control packets
            packets_frame(id: String, window: PacketWindow) -> Option<PacketFrame>;
            packet_detail(id: String, packet: f64) -> Option<PacketDetail>;
            packets_keep_messages(id: String, keep: bool) -> ();
            packets_export(id: String, query: PacketQuery) -> Saved;

            // Retained messages
            retained_frame(id: String, window: RetainedWindow) -> Option<RetainedFrame>;
            retained_topics(id: String, window: RetainedWindow) -> Vec<String>;
            retained_detail(id: String, topic: String) -> RetainedDetail;
            retained_delete(id: String, topics: Vec<String>) -> f64;
            retained_undo(id: String, deletion: f64) -> f64;
            retained_deletions(id: String) -> Vec<Deletion>;
            retained_refresh(id: String) -> f64;
            retained_again(id: String, topic: String) -> RetainedAgain;

            // What is kept
            storage(id: String) -> StorageFrame;
            storage_usage(id: String, look: StorageLook) -> StorageUsage;
            storage_amount(id: String, what: Forget) -> StorageAmount;
            storage_forget(id: String, what: Forget) -> bool;
            storage_stop(id: String) -> ();
            retention_save(id: String, retention: Retention) -> ();
        }
    };
}
