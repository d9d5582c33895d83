use aws_lc_rs::digest::{SHA256, digest};
use rand::distr::{Alphanumeric, SampleString};

/// A key as its holder has it: `notes_<letters>_<secret><checksum>`.
///
/// The prefix says whose it is, and the checksum that it is one, so that a scanner that finds it in a
/// repository can tell without asking anybody.
pub(super) struct KeyText {
    /// All before the secret, and so the prefix too: no key of one prefix is found where another is asked for.
    pub(super) id: String,
    secret: String,
}

/// By which a key is found, behind its prefix: no secret.
const ID_LETTERS: usize = 16;
/// 190 bits.
const SECRET_LETTERS: usize = 32;
const CHECKSUM_LETTERS: usize = 8;

impl KeyText {
    pub(super) fn new(prefix: &str) -> Self {
        let mut random = rand::rng();
        let letters = Alphanumeric.sample_string(&mut random, ID_LETTERS);
        Self {
            id: format!("{prefix}_{letters}"),
            secret: Alphanumeric.sample_string(&mut random, SECRET_LETTERS),
        }
    }

    /// Whether an id is one of this prefix.
    pub(super) fn is_of(id: &str, prefix: &str) -> bool {
        let letters = id
            .strip_prefix(prefix)
            .and_then(|rest| rest.strip_prefix('_'));
        letters.is_some_and(|letters| is_letters(letters, ID_LETTERS))
    }

    pub(super) fn written(&self) -> String {
        let text = self.body();
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
        let (id, secret) = body.rsplit_once('_')?;
        let is_one = Self::is_of(id, prefix) && is_letters(secret, SECRET_LETTERS);
        is_one.then(|| Self {
            id: id.to_owned(),
            secret: secret.to_owned(),
        })
    }

    /// The key as it is kept: with its id, so that no holder of one can write another with its secret. It has more than
    /// enough letters to be guessed: no slow hash is needed.
    pub(super) fn hash(&self) -> [u8; 32] {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, self.body().as_bytes()).as_ref());
        hash
    }

    fn body(&self) -> String {
        format!("{}_{}", self.id, self.secret)
    }
}

fn is_letters(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|letter| letter.is_ascii_alphanumeric())
}

fn checksum(text: &str) -> String {
    format!("{:08x}", crc32fast::hash(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::KeyText;

    #[test]
    fn a_key_is_read_as_it_was_written_and_no_letter_can_change() {
        let key = KeyText::new("notes");
        let text = key.written();
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
        let mut keys: Vec<_> = (0..1_000).map(|_| KeyText::new("notes")).collect();
        keys.sort_by(|a, b| a.id.cmp(&b.id));
        keys.dedup_by(|a, b| a.id == b.id || a.secret == b.secret);
        assert_eq!(keys.len(), 1_000);
        assert_eq!(keys[0].hash(), keys[0].hash());
        assert_ne!(keys[0].hash(), keys[1].hash());
    }
}
