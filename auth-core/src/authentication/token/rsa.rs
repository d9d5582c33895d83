use simple_asn1::ASN1Block;

use super::roca;

/// What is wrong with a public RSA key as PKCS#1 has it (RFC 8017 §A.1.1): a modulus and an exponent.
pub(super) fn fault_of_der(der: &[u8]) -> Option<&'static str> {
    let blocks = simple_asn1::from_der(der).unwrap_or_default();
    match blocks.as_slice() {
        [ASN1Block::Sequence(_, parts)] => match parts.as_slice() {
            [
                ASN1Block::Integer(_, modulus),
                ASN1Block::Integer(_, exponent),
            ] => fault(&modulus.to_bytes_be().1, &exponent.to_bytes_be().1),
            _ => Some("it is no public RSA key"),
        },
        _ => Some("it is no public RSA key"),
    }
}

/// What is wrong with a public RSA key, its numbers written big-endian: too short a modulus (NIST
/// SP 800-131A §3), an exponent that FIPS 186-5 §A.1.1 doesn't allow, or a modulus that could only
/// cost time.
pub(super) fn fault(modulus: &[u8], exponent: &[u8]) -> Option<&'static str> {
    let odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
    let exponent_bits = bits(exponent);
    if !odd(modulus) || !odd(exponent) {
        Some("it is no public RSA key")
    } else if bits(modulus) < 2048 {
        Some("its modulus is shorter than 2048 bits")
    } else if bits(modulus) > 8192 {
        Some("its modulus is longer than 8192 bits")
    } else if !(17..=256).contains(&exponent_bits) {
        Some("its exponent is not between 2^16 and 2^256")
    } else if roca::has_fingerprint(modulus) {
        Some("its factors can be computed (ROCA, CVE-2017-15361)")
    } else {
        None
    }
}

fn bits(number: &[u8]) -> usize {
    let mut digits = number.iter().skip_while(|digit| **digit == 0);
    let Some(first) = digits.next() else { return 0 };
    let first_bits = 8 - first.leading_zeros() as usize;
    digits.count() * 8 + first_bits
}

#[cfg(test)]
mod tests {
    use super::{bits, fault};

    #[test]
    fn bits_are_counted_from_the_first_one() {
        for (number, count) in [
            (&[][..], 0),
            (&[0, 0], 0),
            (&[1], 1),
            (&[0, 0x80], 8),
            (&[1, 0, 1], 17),
            (&[0, 1, 0, 1], 17),
        ] {
            assert_eq!(bits(number), count, "{number:?}");
        }
    }

    #[test]
    fn the_boundaries_of_modulus_and_exponent() {
        let modulus = |bytes: usize, first: u8| {
            let mut modulus = vec![0xff; bytes];
            modulus[0] = first;
            modulus
        };
        let good = modulus(256, 0x80);
        assert_eq!(fault(&good, &[1, 0, 1]), None);
        assert_eq!(fault(&modulus(1024, 0xff), &[1, 0, 1]), None);
        for (modulus, exponent) in [
            (modulus(256, 0x7f), vec![1, 0, 1]),
            (modulus(1025, 1), vec![1, 0, 1]),
            (good.clone(), vec![3]),
            (good.clone(), vec![0xff, 0xff]),
            (good.clone(), vec![1, 0, 0]),
            (good.clone(), vec![1; 33]),
            (good.clone(), vec![]),
            (vec![], vec![1, 0, 1]),
        ] {
            assert!(fault(&modulus, &exponent).is_some(), "{exponent:?}");
        }
        let mut even = good;
        even[255] = 0xfe;
        assert!(fault(&even, &[1, 0, 1]).is_some());
    }

    #[test]
    fn a_modulus_whose_factors_can_be_computed() {
        // 65537^128, as such a key's modulus might be: shifted by two bytes and added to itself.
        let mut modulus = vec![1_u8];
        for _ in 0..128 {
            let shifted = [&modulus[..], &[0, 0]].concat();
            let plain = [&[0, 0], &modulus[..]].concat();
            let mut carry = 0;
            modulus = shifted;
            for (digit, added) in modulus.iter_mut().zip(plain).rev() {
                let sum = u16::from(*digit) + u16::from(added) + carry;
                [_, *digit] = sum.to_be_bytes();
                carry = sum >> 8;
            }
            assert_eq!(carry, 0, "it still has room");
        }
        assert_eq!(bits(&modulus), 2049);
        let why = fault(&modulus, &[1, 0, 1]).expect("a fault");
        assert!(why.contains("ROCA"), "{why}");
    }
}
