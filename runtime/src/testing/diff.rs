//! What two lists of lines have in common, and what not.

/// The lines of both, in order: ` ` before what both have, `-` before what only the first has, `+` before the second's.
pub(super) fn diff<A: AsRef<str>, B: AsRef<str>>(
    first: &[A],
    second: &[B],
    same: impl Fn(&str, &str) -> bool,
) -> Vec<String> {
    let table = common_lengths(first, second, &same);
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < first.len() || j < second.len() {
        let both = i < first.len() && j < second.len();
        if both && same(first[i].as_ref(), second[j].as_ref()) {
            lines.push(format!("  {}", second[j].as_ref()));
            (i, j) = (i + 1, j + 1);
        } else if j == second.len() || (i < first.len() && table[i + 1][j] >= table[i][j + 1]) {
            lines.push(format!("- {}", first[i].as_ref()));
            i += 1;
        } else {
            lines.push(format!("+ {}", second[j].as_ref()));
            j += 1;
        }
    }
    lines
}

/// The length of the longest common subsequence of what is left from each pair of places on.
fn common_lengths<A: AsRef<str>, B: AsRef<str>>(
    first: &[A],
    second: &[B],
    same: &impl Fn(&str, &str) -> bool,
) -> Vec<Vec<usize>> {
    let mut table = vec![vec![0; second.len() + 1]; first.len() + 1];
    for i in (0..first.len()).rev() {
        for j in (0..second.len()).rev() {
            table[i][j] = if same(first[i].as_ref(), second[j].as_ref()) {
                table[i + 1][j + 1] + 1
            } else {
                table[i + 1][j].max(table[i][j + 1])
            };
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_and_what_is_new_stand_where_they_belong() {
        let lines = diff(&["a", "b", "d"], &["a", "c", "d", "e"], |a, b| a == b);
        assert_eq!(lines, ["  a", "- b", "+ c", "  d", "+ e"]);
        assert_eq!(diff(&["a"], &[""; 0], |a, b| a == b), ["- a"]);
    }
}
