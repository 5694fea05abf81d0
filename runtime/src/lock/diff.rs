//! What changed from one text to another, line by line.

/// The lines that are gone (`-`) and new (`+`), below the titles they belong to.
pub(super) fn of(old: &str, new: &str) -> String {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let common = common(&old, &new);
    let (mut i, mut j) = (0, 0);
    let mut title = None;
    let mut shown = None;
    let mut text = String::new();
    while i < old.len() || j < new.len() {
        let (sign, line) = if i < old.len() && j < new.len() && old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
            (' ', new[j - 1])
        } else if i < old.len() && (j == new.len() || common[i + 1][j] >= common[i][j + 1]) {
            i += 1;
            ('-', old[i - 1])
        } else {
            j += 1;
            ('+', new[j - 1])
        };
        let is_title = !line.starts_with([' ', '#']) && !line.is_empty();
        if is_title && sign != '-' {
            title = Some(line);
        }
        if sign != ' ' && !line.is_empty() {
            if !is_title && shown != title {
                text.push_str(&format!("  {}\n", title.unwrap_or_default()));
            }
            shown = title;
            text.push_str(&format!("{sign} {line}\n"));
        }
    }
    text
}

/// For each pair of places, how many lines the rests have in common, in order.
fn common(old: &[&str], new: &[&str]) -> Vec<Vec<usize>> {
    let mut table = vec![vec![0; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            table[i][j] =
                if old[i] == new[j] { table[i + 1][j + 1] + 1 } else { table[i + 1][j].max(table[i][j + 1]) };
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_stand_below_the_workflow_they_belong_to() {
        let old = "# head\n\nworkflow a (u8) -> u8\n  call x\n  call y\n\nworkflow b () -> ()\n  timer\n";
        let new = "# head\n\nworkflow a (u8) -> u8\n  call y\n  timer\n\nworkflow b () -> ()\n  timer\n";
        assert_eq!(of(old, new), "  workflow a (u8) -> u8\n-   call x\n+   timer\n");
    }

    #[test]
    fn a_new_workflow_is_shown_whole() {
        let new = "workflow b () -> ()\n  timer\n";
        assert_eq!(of("", new), "+ workflow b () -> ()\n+   timer\n");
        assert_eq!(of(new, ""), "- workflow b () -> ()\n-   timer\n");
    }
}
