use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    Angle, AngularAcceleration, AngularJerk, AngularSpeed, Conductivity, Density, Difference,
    Energy, HeatCapacity, HeatTransfer, Jerk, Length, Mass, Power, Rate, Share, SimDuration,
    SimTime, SpecificHeat, Speed, Temperature, Torque,
};

fn ron<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, String> {
    ron::from_str(text).map_err(|e| e.code.to_string())
}

#[test]
fn durations_are_exact() {
    let check = |text: &str, ns: i64| {
        assert_eq!(text.parse(), Ok(SimDuration::from_ns(ns)), "{text}");
    };
    check("8 h", 28_800_000_000_000);
    check("55s", 55_000_000_000);
    check(" 0.1  s ", 100_000_000);
    check("1 h 30 min", 5_400_000_000_000);
    check("1h30min", 5_400_000_000_000);
    check("1.5 us", 1_500);
    check("2 µs", 2_000);
    check("0.4 ns", 0);
    check("0.5 ns", 1);
    check("1 w", 604_800_000_000_000);
    check("1e3 s", 1_000_000_000_000);
    check("36524.999999999999 d", 3_155_759_999_999_999_914);
    check("-0 s", 0);
    check("+5 s", 5_000_000_000);
}

#[test]
fn wrong_durations_say_what_is_right() {
    let check = |text: &str, expected: &str| {
        let error = ron::<SimDuration>(text).expect_err(text);
        let full = format!("Expected a duration such as \"8 h\" or \"55 s\" but found {expected}");
        assert_eq!(error, format!("{full} instead"), "{text}");
    };
    check("\"8 kg\"", "\"8 kg\": `kg` is a unit of mass");
    check("\"8\"", "\"8\": a unit is needed");
    check("8", "the bare number 8: a unit is needed");
    check("-8.5", "the bare number -8.5: a unit is needed");
    check("NaN", "the bare number NaN: a unit is needed");
    check("\"5 sec\"", "\"5 sec\": unknown unit `sec`, write `s`");
    check("\"5 H\"", "\"5 H\": unknown unit `H`, write `h`");
    check("\"-5 s\"", "\"-5 s\": a duration is 0 to 100 years");
    check("\"101000 d\"", "\"101000 d\": a duration is 0 to 100 years");
    check("\"1e300 s\"", "\"1e300 s\": a duration is 0 to 100 years");
    check("\"NaN s\"", "\"NaN s\": it does not begin with a number, as in \"5 s\"");
    check("\"\"", "\"\": the text is empty");
    check("\"1 h -5 s\"", "\"1 h -5 s\": only one sign may stand in front");
    check("\"5 x\"", "\"5 x\": unknown unit `x`, one of s, min, h, d, w, ms, us, µs, ns");
    check("\"0,5 s\"", "\"0,5 s\": decimals are written with a point, as in \"0.5\"");
    check("[]", "a sequence");
}

#[test]
fn quantities_are_si() {
    fn check<T: for<'de> Deserialize<'de> + Serialize>(text: &str, get: fn(T) -> f64, si: f64) {
        let value: T = ron(text).unwrap_or_else(|e| panic!("{text}: {e}"));
        let back = ron::to_string(&value).expect("writes");
        let value: T = ron(&back).unwrap_or_else(|e| panic!("{back}: {e}"));
        assert!((get(value) - si).abs() <= 1e-15 * si.abs(), "{text}");
    }
    check("\"-3 mm\"", Length::metres, -0.003);
    check("\"350 mm\"", Length::metres, 0.35);
    check("\"2 km\"", Length::metres, 2000.0);
    check("\"0.5 m/s\"", Speed::metres_per_second, 0.5);
    check("\"36 km/h\"", Speed::metres_per_second, 10.0);
    check("\"60 /h\"", Rate::per_second, 1.0 / 60.0);
    check("\"1.5/min\"", Rate::per_second, 0.025);
    check("\"1.5 kW\"", Power::watts, 1500.0);
    check("\"90 %\"", Share::fraction, 0.9);
    check("0.05", Share::fraction, 0.05);
    check("1", Share::fraction, 1.0);
    check("\"180 deg\"", Angle::radians, std::f64::consts::PI);
    check("\"90°\"", Angle::radians, std::f64::consts::FRAC_PI_2);
    check("\"360 deg/s\"", AngularSpeed::radians_per_second, std::f64::consts::TAU);
    check("\"30 rpm\"", AngularSpeed::radians_per_second, std::f64::consts::PI);
    check("\"15 rad/s2\"", AngularAcceleration::radians_per_second_squared, 15.0);
    check("\"7500 rad/s³\"", AngularJerk::radians_per_second_cubed, 7500.0);
    check("\"500 mm/s3\"", Jerk::metres_per_second_cubed, 0.5);
    check("\"150 N m\"", Torque::newton_metres, 150.0);
    check("\"300 g\"", Mass::kilograms, 0.3);
    check("\"1.5 kWh\"", Energy::joules, 5.4e6);
    check("\"500 kJ\"", Energy::joules, 5e5);
    check("\"22 degC\"", Temperature::celsius, 22.0);
    check("\"-40 degF\"", Temperature::celsius, -40.0);
    check("\"0 K\"", Temperature::celsius, -273.15);
    check("\"37.5°C\"", Temperature::celsius, 37.5);
    check("\"-50 mK\"", Difference::kelvin, -0.05);
    check("\"45 W/(m K)\"", Conductivity::watts_per_metre_kelvin, 45.0);
    check("\"7.85 t/m3\"", Density::kilograms_per_cubic_metre, 7850.0);
    check("\"0.49 kJ/(kg K)\"", SpecificHeat::joules_per_kilogram_kelvin, 490.0);
    check("\"2 MJ/K\"", HeatCapacity::joules_per_kelvin, 2e6);
    check("\"1.2 W/(m² K)\"", HeatTransfer::watts_per_square_metre_kelvin, 1.2);
}

#[test]
fn wrong_quantities_are_refused() {
    fn check<T: for<'de> Deserialize<'de>>(text: &str, part: &str) {
        let error = ron::<T>(text).err().expect(text);
        assert!(error.contains(part), "{text}: {error}");
    }
    check::<Length>("12", "the bare number 12: a unit is needed");
    check::<Length>("\"12 s\"", "`s` is a unit of time");
    check::<Length>("\"inf m\"", "does not begin with a number");
    check::<Length>("\"1e999 m\"", "too large");
    check::<Length>("inf", "bare number inf");
    check::<AngularSpeed>("\"180 deg\"", "`deg` is a unit of angle");
    check::<AngularAcceleration>("\"9 deg/s^2\"", "write `deg/s2`");
    check::<Torque>("\"-1 N m\"", "not negative");
    check::<Share>("\"101 %\"", "a share is 0 % to 100 %");
    check::<Share>("NaN", "a share is 0 % to 100 %");
    check::<Share>("1.5", "a share is 0 % to 100 %");
    check::<Power>("\"-1 kW\"", "not negative");
    check::<Power>("\"1 KW\"", "write `kW`");
    check::<Rate>("\"60 per hour\"", "write `/h`");
    check::<Mass>("true", "a mass such as");
    check::<Temperature>("22", "the bare number 22: a unit is needed");
    check::<Temperature>("\"22 C\"", "write `degC`");
    check::<Temperature>("\"-1 K\"", "nothing is colder than 0 K");
    check::<Temperature>("\"20 kW\"", "`kW` is a unit of power");
    check::<Difference>("\"2 degC\"", "`degC` is a unit of temperature");
    check::<Conductivity>("\"45 W/mK\"", "write `W/(m K)`");
    check::<HeatTransfer>("\"-1 W/(m2 K)\"", "not negative");
}

#[test]
fn what_is_written_is_short() {
    let check = |text: &str, expected: &str| {
        let value: SimDuration = text.parse().expect(text);
        assert_eq!(value.to_string(), expected);
    };
    check("0 s", "0 s");
    check("90 min", "90 min");
    check("0.5 h", "30 min");
    check("24 h", "1 d");
    check("100 ms", "100 ms");
    check("1234.5 s", "1234.5 s");
    check("1234567 ns", "1234567 ns");
    check("1 w", "7 d");
    assert_eq!(SimDuration::from_s(-5).to_string(), "-5 s");
    let lengths = [(0.35, "35 cm"), (12.0, "12 m"), (-0.003, "-3 mm"), (0.1, "0.1 m")];
    for (metres, text) in lengths {
        assert_eq!(Length::from_metres(metres).to_string(), text);
    }
    assert_eq!("60 /h".parse::<Rate>().expect("rate").to_string(), "60 /h");
    assert_eq!("90 deg".parse::<Angle>().expect("angle").to_string(), "90 deg");
}

#[test]
fn times_are_offsets() {
    assert_eq!(ron("\"2 h\""), Ok(SimTime::from_seconds(7200.0)));
    assert_eq!(ron::to_string(&SimTime::from_seconds(7200.0)), Ok("\"2 h\"".to_owned()));
}

proptest! {
    #[test]
    fn durations_survive_writing(ns in 0..3_155_760_000_000_000_000_i64) {
        let value = SimDuration::from_ns(ns);
        prop_assert_eq!(value.to_string().parse(), Ok(value));
    }

    #[test]
    fn snapshots_keep_every_time(ns in any::<i64>()) {
        let value = (SimTime::from_ns(ns), SimDuration::from_ns(ns));
        let bytes = postcard::to_stdvec(&value).expect("writes");
        prop_assert_eq!(postcard::from_bytes(&bytes), Ok(value));
    }

    #[test]
    fn lengths_survive_writing(metres in -1e17..1e17_f64) {
        let value = Length::from_metres(metres);
        prop_assert_eq!(value.to_string().parse(), Ok(value));
    }

    #[test]
    fn angles_survive_writing(radians in -10.0..10.0_f64) {
        let value = Angle::from_radians(radians);
        prop_assert_eq!(value.to_string().parse(), Ok(value));
    }

    #[test]
    fn temperatures_survive_writing(celsius in -273.15..1e6_f64) {
        let value = Temperature::from_celsius(celsius);
        prop_assert_eq!(value.to_string().parse(), Ok(value));
    }

    #[test]
    fn no_text_panics(text in ".{0,40}") {
        let _ = text.parse::<SimDuration>();
        let _ = text.parse::<Speed>();
    }

    #[test]
    fn no_number_panics(text in "[-+0-9.eE]{0,30} ?(s|d|w|ns)") {
        let _ = text.parse::<SimDuration>();
    }
}
