use std::io;

use serde::Serialize;
use serde_json::{Serializer, ser::Formatter};

use super::AuditEvent;

/// An event as one line of ASCII: no text of a client's can end it, or turn a terminal's words around.
pub(super) fn line(event: &AuditEvent) -> Result<Vec<u8>, String> {
    let mut line = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut line, Ascii);
    match event.serialize(&mut serializer) {
        Ok(()) => Ok(line),
        Err(error) => Err(error.to_string()),
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
