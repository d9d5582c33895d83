use std::{
    fmt, io,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;

use super::{AuditEvent, AuditSink, json};

/// A line of JSON an event, into a file or whatever else is written to: an appender that rolls files over, a pipe.
///
/// A line is ASCII alone: no text of a client's can end it, or turn a terminal's words around.
pub struct JsonLines<W>(Arc<Mutex<Lines<W>>>);

struct Lines<W> {
    writer: W,
    /// A line may have been left half written.
    broken: bool,
}

impl<W: io::Write + Send + 'static> JsonLines<W> {
    /// Into a writer, on a thread where it may wait.
    pub fn new(writer: W) -> Self {
        Self(Arc::new(Mutex::new(Lines {
            writer,
            broken: false,
        })))
    }
}

#[async_trait]
impl<W: io::Write + Send + 'static> AuditSink for JsonLines<W> {
    async fn write(&self, events: &[AuditEvent]) -> Result<(), String> {
        let mut lines = Vec::new();
        for event in events {
            lines.extend(json::line(event)?);
            lines.push(b'\n');
        }
        let writer = Arc::clone(&self.0);
        let written = tokio::task::spawn_blocking(move || {
            let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
            // So that half a line spoils no other one.
            let end: &[u8] = if writer.broken { b"\n" } else { b"" };
            writer.broken = true;
            writer.writer.write_all(end)?;
            writer.writer.write_all(&lines)?;
            writer.broken = false;
            writer.writer.flush()
        });
        match written.await {
            Ok(written) => written.map_err(|error| error.to_string()),
            Err(panicked) => Err(panicked.to_string()),
        }
    }
}

impl<W> fmt::Debug for JsonLines<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JsonLines")
    }
}
