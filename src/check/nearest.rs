//! The word that was probably meant.

/// The candidate that is closest to a word, if one is close: equal but for case and signs, or
/// with a slip in every fourth letter at most.
///
/// ```text
/// ciliumm      -> cilium
/// machine_type -> machineType
/// ```
pub(super) fn nearest<'c>(
    word: &str,
    candidates: impl Iterator<Item = &'c str>,
) -> Option<&'c str> {
    // What is longer is no slip, and comparing it would take long.
    if word.len() > 100 {
        return None;
    }
    let letters = plain(word);
    let most = (letters.len() / 4).max(1);
    let near = candidates.map(|candidate| (distance(&letters, &plain(candidate)), candidate));
    let (found, candidate) = near.min_by_key(|(distance, _)| *distance)?;
    (found <= most && found < letters.len()).then_some(candidate)
}

/// The letters and digits, in small letters.
fn plain(word: &str) -> Vec<char> {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// How many letters are to be added, removed, replaced or swapped with their neighbour.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut before = vec![0; to.len() + 1];
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let swapped = i > 0 && j > 0 && from[i - 1] == *b && to[j - 1] == *a;
            let replaced = last[j] + usize::from(a != b);
            let least = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            row.push(if swapped { least.min(before[j - 1] + 1) } else { least });
        }
        before = std::mem::replace(&mut last, row);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_found() {
        let names = ["machineType", "maxSize", "minSize", "role", "cilium"];
        for (word, expected) in [
            ("machine_type", Some("machineType")),
            ("maSxize", Some("maxSize")),
            ("maxSizes", Some("maxSize")),
            ("ROLE", Some("role")),
            ("ciliumm", Some("cilium")),
            ("rol", Some("role")),
            ("r", None),
            ("", None),
            ("flannel", None),
        ] {
            assert_eq!(nearest(word, names.into_iter()), expected, "{word}");
        }
        assert_eq!(nearest("role", [].into_iter()), None);
        assert_eq!(nearest(&"x".repeat(10_000), names.into_iter()), None);
    }
}
