/// The primes from 3 to 167, which the fingerprint is taken of.
///
/// Keys of the faulty Infineon library (CVE-2017-15361) have prime factors that are powers of 65537
/// modulo every small prime, and so is their product. A random modulus passes for one with a chance
/// of 2^-154.
const PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/// Whether a modulus, big-endian, is that of a key whose factors can be computed.
pub(super) fn has_fingerprint(modulus: &[u8]) -> bool {
    PRIMES.iter().all(|prime| {
        let residue = modulus
            .iter()
            .fold(0, |rest, digit| (rest * 256 + u32::from(*digit)) % prime);
        is_power(65537 % prime, residue, *prime)
    })
}

fn is_power(base: u32, residue: u32, prime: u32) -> bool {
    let mut power = 1;
    for _ in 0..prime {
        if power == residue {
            return true;
        }
        power = power * base % prime;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::has_fingerprint;

    #[test]
    fn powers_of_the_generator_have_the_fingerprint_and_their_neighbours_do_not() {
        for exponent in 0..8 {
            let power = 65537_u128.pow(exponent);
            assert!(has_fingerprint(&power.to_be_bytes()), "{power}");
            for neighbour in [power + 1, power + 2, power * 2] {
                assert!(!has_fingerprint(&neighbour.to_be_bytes()), "{neighbour}");
            }
        }
    }
}
