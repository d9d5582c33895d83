use std::{
    fmt, io,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use serde::Serialize;
use serde_json::{Serializer, ser::Formatter};

use super::{AuditEvent, AuditSink};

/// A line of JSON an event, into a file or whatever else is written to: an appender that rolls files over, a pipe.
///
/// A line is ASCII alone: no text of a client's can end it, or turn a terminal's words around.
pub struct JsonLines<W>(Arc<Mutex<W>>);

impl<W: io::Write + Send + 'static> JsonLines<W> {
    /// Into a writer, on a thread where it may wait.
    pub fn new(writer: W) -> Self {
        Self(Arc::new(Mutex::new(writer)))
    }
}

#[async_trait]
impl<W: io::Write + Send + 'static> AuditSink for JsonLines<W> {
    async fn write(&self, events: &[AuditEvent]) -> Result<(), String> {
        let mut lines = Vec::new();
        for event in events {
            let mut serializer = Serializer::with_formatter(&mut lines, Ascii);
            event
                .serialize(&mut serializer)
                .map_err(|error| error.to_string())?;
            lines.push(b'\n');
        }
        let writer = Arc::clone(&self.0);
        let written = tokio::task::spawn_blocking(move || {
            let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
            writer.write_all(&lines)?;
            writer.flush()
        });
        match written.await {
            Ok(written) => written.map_err(|error| error.to_string()),
            Err(panicked) => Err(panicked.to_string()),
        }
    }
}

/// Compact JSON in which whatever isn't ASCII is escaped.
struct Ascii;

impl Formatter for Ascii {
    fn write_string_fragment<W: io::Write + ?Sized>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for letter in fragment.chars() {
            // serde_json escapes control characters itself, save DEL.
            if letter.is_ascii() && letter != '\x7f' {
                writer.write_all(&[letter as u8])?;
            } else {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }
}

impl<W> fmt::Debug for JsonLines<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JsonLines")
    }
}
