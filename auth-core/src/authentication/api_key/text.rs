use aws_lc_rs::digest::{SHA256, digest};
use rand::distr::{Alphanumeric, SampleString};

/// A key as its holder has it: `notes_<id>_<secret><checksum>`.
///
/// The prefix says whose it is, and the checksum that it is one, so that a scanner that finds it in a
/// repository can tell without asking anybody.
pub(super) struct KeyText {
    pub(super) id: String,
    secret: String,
}

/// By which a key is found: no secret.
const ID_LETTERS: usize = 16;
/// 190 bits.
const SECRET_LETTERS: usize = 32;
const CHECKSUM_LETTERS: usize = 8;

impl KeyText {
    pub(super) fn new() -> Self {
        let mut random = rand::rng();
        Self {
            id: Alphanumeric.sample_string(&mut random, ID_LETTERS),
            secret: Alphanumeric.sample_string(&mut random, SECRET_LETTERS),
        }
    }

    pub(super) fn written(&self, prefix: &str) -> String {
        let text = self.body(prefix);
        let checksum = checksum(&text);
        text + &checksum
    }

    /// Reads a key; none for what isn't one of this prefix, letter by letter.
    pub(super) fn read(text: &str, prefix: &str) -> Option<Self> {
        let body = text.len().checked_sub(CHECKSUM_LETTERS)?;
        let (body, written) = text.split_at_checked(body)?;
        if checksum(body) != written {
            return None;
        }
        let (id, secret) = body
            .strip_prefix(prefix)?
            .strip_prefix('_')?
            .split_once('_')?;
        let lengths = (id.len(), secret.len()) == (ID_LETTERS, SECRET_LETTERS);
        let letters = |text: &str| text.bytes().all(|letter| letter.is_ascii_alphanumeric());
        (lengths && letters(id) && letters(secret)).then(|| Self {
            id: id.to_owned(),
            secret: secret.to_owned(),
        })
    }

    /// The key as it is kept: with its prefix and its id, so that no holder of one can write another with its secret. It
    /// has more than enough letters to be guessed: no slow hash is needed.
    pub(super) fn hash(&self, prefix: &str) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, self.body(prefix).as_bytes()).as_ref());
        hash
    }

    fn body(&self, prefix: &str) -> String {
        format!("{prefix}_{}_{}", self.id, self.secret)
    }
}

fn checksum(text: &str) -> String {
    format!("{:08x}", crc32fast::hash(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::KeyText;

    #[test]
    fn a_key_is_read_as_it_was_written_and_no_letter_can_change() {
        let key = KeyText::new();
        let text = key.written("notes");
        let read = KeyText::read(&text, "notes").expect("it is one");
        assert_eq!((&read.id, &read.secret), (&key.id, &key.secret));
        for at in 0..text.len() {
            for other in ['a', 'B', '7', '_', ' ', 'é'] {
                let mut changed = text.clone();
                changed.replace_range(at..=at, &other.to_string());
                assert_eq!(KeyText::read(&changed, "notes").is_some(), changed == text);
            }
        }
        for wrong in ["", "n", "note", "notes_", "otes"] {
            assert!(KeyText::read(&text, wrong).is_none(), "{wrong:?}");
        }
        for end in 0..text.len() {
            assert!(KeyText::read(&text[..end], "notes").is_none());
        }
        assert!(KeyText::read(&format!("{text}0"), "notes").is_none());
    }

    #[test]
    fn no_two_keys_are_alike() {
        let mut keys: Vec<_> = (0..1_000).map(|_| KeyText::new()).collect();
        keys.sort_by(|a, b| a.id.cmp(&b.id));
        keys.dedup_by(|a, b| a.id == b.id || a.secret == b.secret);
        assert_eq!(keys.len(), 1_000);
        assert_eq!(keys[0].hash("notes"), keys[0].hash("notes"));
        assert_ne!(keys[0].hash("notes"), keys[1].hash("notes"));
        assert_ne!(keys[0].hash("notes"), keys[0].hash("tickets"));
    }
}
