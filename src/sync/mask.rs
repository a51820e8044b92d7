//! What a URL may show of itself: never a password.

use std::borrow::Cow;

/// Returns `url` as it may be shown: `***` stands where a password stands, or may stand. What is no URL
/// is returned as it is.
///
/// A password that was not percent-encoded as it should be is hidden too, so of a mistyped URL more may
/// be hidden than the password.
pub fn masked(url: &str) -> Cow<'_, str> {
    let Some(start) = authority(url) else { return Cow::Borrowed(url) };
    let mut hidden: Vec<(usize, usize)> = Vec::new();
    let rest = &url[start..];
    // The last `@`, for one in the password may stand there bare; nobody can tell from a bare `/` or `?`
    // in it that the password has ended.
    if let Some(at) = rest.rfind('@')
        && let Some(colon) = rest[..at].find(':')
        && colon + 1 < at
    {
        hidden.push((start + colon + 1, start + at));
    }
    if let Some(query) = rest.find('?') {
        let mut from = start + query + 1;
        for parameter in url[from..].split('&') {
            if let Some((key, value)) = parameter.split_once('=')
                && !value.is_empty()
                && is_secret(key)
            {
                let value_at = from + key.len() + 1;
                hidden.push((value_at, value_at + value.len()));
            }
            from += parameter.len() + 1;
        }
    }
    if hidden.is_empty() {
        return Cow::Borrowed(url);
    }
    hidden.sort_unstable();
    let mut shown = String::new();
    let mut end = 0;
    for (from, to) in hidden {
        // Where two overlap, one mark stands for both.
        if from >= end {
            shown.push_str(&url[end..from]);
            shown.push_str("***");
        }
        end = end.max(to);
    }
    shown.push_str(&url[end..]);
    Cow::Owned(shown)
}

/// Returns where the part with user and host begins; `None` for what is no URL.
fn authority(url: &str) -> Option<usize> {
    let is_word =
        |scheme: &str| !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+.-".contains(&b));
    if let Some(at) = url.find("://").filter(|&at| is_word(url[..at].trim_start())) {
        return Some(at + 3);
    }
    // What was meant to be one.
    let postgres = url.trim_start();
    let meant = postgres.get(..8).is_some_and(|word| word.eq_ignore_ascii_case("postgres"));
    meant.then(|| url.find(':').map(|at| at + 1)).flatten()
}

/// Returns whether a parameter of this name, percent-encoded or not, holds a secret.
fn is_secret(key: &str) -> bool {
    let mut name = Vec::new();
    let mut bytes = key.bytes();
    while let Some(byte) = bytes.next() {
        let digits = || -> Option<u8> {
            let mut ahead = bytes.clone();
            let digits = [ahead.next()?, ahead.next()?];
            u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()
        };
        match (byte, digits()) {
            (b'%', Some(decoded)) => {
                name.push(decoded);
                bytes.nth(1);
            }
            _ => name.push(byte),
        }
    }
    let name = String::from_utf8_lossy(&name).to_ascii_lowercase();
    ["pass", "secret", "token"].iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn case(url: &str, shown: &str) {
        assert_eq!(masked(url), shown, "{url}");
    }

    #[test]
    fn passwords_are_hidden_and_the_rest_is_shown() {
        case("postgres://ada:secret@host/db", "postgres://ada:***@host/db");
        case(
            "postgresql://ada:secret@host:5432/db?sslmode=require",
            "postgresql://ada:***@host:5432/db?sslmode=require",
        );
        case("POSTGRES://ada:secret@[::1]:5432/db", "POSTGRES://ada:***@[::1]:5432/db");
        case("postgres://ada:p%40ss%3Aw%2Frd@host/db", "postgres://ada:***@host/db");
        case("postgres://ada:se@cret@host/db", "postgres://ada:***@host/db");
        case("postgres://ada:se:cret@host/db", "postgres://ada:***@host/db");
        case("postgres://ada:se/cr?e#t@host/db", "postgres://ada:***@host/db");
        case("postgres://:secret@host/db", "postgres://:***@host/db");
        case("postgres://ada@host/db", "postgres://ada@host/db");
        case("postgres://ada:@host/db", "postgres://ada:@host/db");
        case("postgres://host:5432/db", "postgres://host:5432/db");
        case("postgres:///db?host=/run/postgresql&user=ada", "postgres:///db?host=/run/postgresql&user=ada");
        case("postgres://ada@host/db?password=secret", "postgres://ada@host/db?password=***");
        case("postgres://host/db?user=a&password=s%26t&x=y", "postgres://host/db?user=a&password=***&x=y");
        case("postgres://host/db?PASSWORD=s&pass%77ord=t", "postgres://host/db?PASSWORD=***&pass%77ord=***");
        case(
            "postgres://a:b@host/db?password=s&sslpassword=t",
            "postgres://a:***@host/db?password=***&sslpassword=***",
        );
        case("postgres://ada:ein-Gehäm🔑nis@host/db", "postgres://ada:***@host/db");
        case("postgre://ada:secret@host/db", "postgre://ada:***@host/db");
        case("postgres:ada:secret@host/db", "postgres:ada:***@host/db");
    }

    #[test]
    fn of_what_is_mistyped_rather_too_much_is_hidden() {
        case("postgres://ada@host:5432/db?password=a@b", "postgres://ada@host:***");
        case("postgres://host:5432/db?application_name=a@b", "postgres://host:***@b");
    }

    #[test]
    fn folders_are_shown_as_they_are() {
        for folder in ["/home/ada/Dropbox/a:b@c", "notes:x@y", "", "C:\\Users\\ada", "postgres"] {
            case(folder, folder);
        }
    }

    proptest! {
        #[test]
        fn no_password_is_ever_shown(password in "[!-~]{6,20}", place in 0usize..3) {
            // Marked, so that its letters are found again.
            let password = format!("Qx{password}zQ");
            let encoded: String = password.bytes().map(|b| format!("%{b:02X}")).collect();
            let url = match place {
                0 => format!("postgres://ada:{password}@host/db?sslmode=require"),
                1 => format!("postgres://ada:{encoded}@host:1/db"),
                _ => format!("postgres://ada@host/db?password={encoded}&sslmode=require"),
            };
            let shown = masked(&url).into_owned();
            prop_assert!(!shown.contains("Qx") && !shown.contains("zQ") && !shown.contains(&encoded), "{shown}");
        }
    }
}
