//! The time of an entry, read from its text.
//!
//! Every start reads the time of every entry, so the form in which this program writes it is read
//! here directly. Whatever looks different goes the library's way.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};
use serde::de::{Deserializer, Error, Visitor};

/// Reads a time as RFC 3339 has it.
///
/// # Errors
///
/// When it is none.
pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<FixedOffset>, D::Error> {
    struct Time;
    impl Visitor<'_> for Time {
        type Value = DateTime<FixedOffset>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a time such as 2026-11-23T17:31:02+01:00")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            parse(text).ok_or_else(|| E::custom("the time is not of the form 2026-11-23T17:31:02+01:00"))
        }
    }
    deserializer.deserialize_str(Time)
}

fn parse(text: &str) -> Option<DateTime<FixedOffset>> {
    written(text.as_bytes()).or_else(|| text.parse().ok())
}

/// Returns the time in the form that this program writes: seconds, a fraction or none, an offset in
/// hours and minutes or `Z`.
pub(super) fn written(text: &[u8]) -> Option<DateTime<FixedOffset>> {
    let (clock, rest) = text.split_at_checked(19)?;
    let [b'T', b':', b':'] = [clock[10], clock[13], clock[16]] else { return None };
    let number = |from: usize, to: usize| digits(&clock[from..to]);
    let day = day(&clock[..10])?;
    let digits_of_fraction = rest.iter().skip(1).take_while(|byte| byte.is_ascii_digit()).count();
    let (fraction, zone) = match rest.first()? {
        b'.' if (1..=9).contains(&digits_of_fraction) => rest.split_at(1 + digits_of_fraction),
        _ => rest.split_at(0),
    };
    let nanoseconds = match fraction.get(1..) {
        Some(fraction) => digits(fraction)? * 10u32.pow(9 - fraction.len() as u32),
        None => 0,
    };
    let time = NaiveTime::from_hms_nano_opt(number(11, 13)?, number(14, 16)?, number(17, 19)?, nanoseconds)?;
    let seconds_east = match zone {
        b"Z" => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (hours, minutes) = (digits(&[*h1, *h2])?, digits(&[*m1, *m2])?);
            let seconds = i32::try_from(hours * 3600 + minutes * 60).ok().filter(|_| minutes < 60)?;
            if *sign == b'-' { -seconds } else { seconds }
        }
        _ => return None,
    };
    FixedOffset::east_opt(seconds_east)?.from_local_datetime(&NaiveDateTime::new(day, time)).single()
}

/// Returns the day in the form that this program writes, such as 2026-11-23.
pub(super) fn day(text: &[u8]) -> Option<NaiveDate> {
    let [y @ .., b'-', m1, m2, b'-', d1, d2] = text else { return None };
    if y.len() != 4 {
        return None;
    }
    NaiveDate::from_ymd_opt(digits(y)? as i32, digits(&[*m1, *m2])?, digits(&[*d1, *d2])?)
}

fn digits(text: &[u8]) -> Option<u32> {
    text.iter().try_fold(0u32, |number, byte| byte.is_ascii_digit().then(|| number * 10 + u32::from(byte - b'0')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn case(text: &str, short: bool) {
        assert_eq!(parse(text), text.parse().ok(), "{text}");
        assert_eq!(written(text.as_bytes()).is_some(), short, "{text}");
    }

    #[test]
    fn times_are_what_the_library_says() {
        case("2026-11-23T17:31:02+01:00", true);
        case("2026-11-23T17:31:02.123456789-09:30", true);
        case("2026-11-23T17:31:02.5Z", true);
        case("2024-02-29T00:00:00Z", true);
        for odd in [
            "2023-02-29T00:00:00Z",
            "2026-11-23T24:00:00Z",
            "2026-11-23T23:59:60Z",
            "2026-11-23t17:31:02z",
            "2026-11-23 17:31:02Z",
            "2026-11-23T17:31:02",
            "2026-11-23T17:31:02.Z",
            "2026-11-23T17:31:02.1234567891Z",
            "2026-11-23T17:31:02+0100",
            "2026-11-23T17:31:02+99:00",
            "2026-11-23T17:31:02+01:99",
            "+12026-11-23T17:31:02Z",
            "noon",
            "",
        ] {
            case(odd, false);
        }
    }

    proptest! {
        #[test]
        fn what_the_library_writes_is_read(
            seconds in 0i64..4_000_000_000,
            nanoseconds in prop_oneof![Just(0u32), Just(120_000_000), 0u32..1_000_000_000],
            quarters in -56i32..=56,
        ) {
            let zone = FixedOffset::east_opt(quarters * 900).expect("within a day");
            let time = DateTime::from_timestamp(seconds, nanoseconds).expect("in range").with_timezone(&zone);
            let text = serde_json::to_string(&time).expect("a string");
            let text = text.trim_matches('"');
            prop_assert_eq!(written(text.as_bytes()), Some(time));
        }

        #[test]
        fn nothing_else_is_read_differently(text in "[0-9T:+Z. -]{0,32}|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{0,12})?([+-][0-9]{2}:?[0-9]{2}|Z)") {
            prop_assert_eq!(parse(&text), text.parse().ok());
        }
    }
}
