//! The statistics dictionary: what every figure of a result means, how it is computed, and whose definition it follows.
//!
//! Sources: *ISO 22400-2* (key performance indicators for manufacturing operations management), *VDI 3633* (simulation of systems
//! in materials handling, logistics and production), and the papers named.

/// One figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Its key in the JSON result and the name of its column.
    pub key: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its unit; empty for a name or a plain number.
    pub unit: &'static str,
    /// What it is.
    pub definition: &'static str,
    /// How it is computed.
    pub formula: &'static str,
    /// Whose definition it follows.
    pub source: &'static str,
    /// Where it stands in the results.
    pub stands: &'static str,
}

/// The figure called `key`.
pub fn figure(key: &str) -> Option<&'static Figure> {
    FIGURES.iter().find(|figure| figure.key == key)
}

macro_rules! dictionary {
    ($($key:literal $name:literal [$unit:literal] $definition:literal, $formula:literal, $source:literal, $stands:literal;)*) => {
        /// All figures of a result. They speak of the window from the end of the warm-up to the end of the run; what is open at its
        /// ends counts as far as it lies within. With several replications each is a mean, with half of its 95 % interval.
        ///
        /// | key | name | unit | what it is | formula | source | stands in |
        /// |---|---|---|---|---|---|---|
        $(#[doc = concat!("| `", $key, "` | ", $name, " | ", $unit, " | ", $definition, " | ", $formula, " | ", $source, " | ", $stands, " |")])*
        pub const FIGURES: &[Figure] = &[$(Figure {
            key: $key,
            name: $name,
            unit: $unit,
            definition: $definition,
            formula: $formula,
            source: $source,
            stands: $stands,
        }),*];
    };
}

dictionary! {
    // The plant.
    "throughput_per_h" "throughput" ["1/h"] "Parts that left the plant finished, in an hour.", "finished parts / window", "VDI 3633; ISO 22400-2 throughput rate", "kpis, products";
    "lead_time_s" "lead time" ["s"] "Mean time from entering the plant to leaving it finished, of the parts that left in the window.", "mean of (left - created)", "VDI 3633; cycle time in Hopp & Spearman, Factory Physics", "kpis, products, table parts";
    "lead_time_p50_s" "median lead time" ["s"] "Half of the finished parts took no longer.", "50 % quantile, to within 1/128 of itself", "order statistics", "kpis, products";
    "lead_time_p90_s" "90 % lead time" ["s"] "Nine of ten finished parts took no longer.", "90 % quantile, to within 1/128 of itself", "order statistics", "kpis, products";
    "lead_time_p99_s" "99 % lead time" ["s"] "Ninety-nine of a hundred finished parts took no longer.", "99 % quantile, to within 1/128 of itself", "order statistics", "kpis, products";
    "wip" "work in process" ["parts"] "Mean number of parts in the plant over time. With the mean lead time it obeys Little's law.", "integral of parts in the plant / window", "Little 1961; VDI 3633", "kpis; table intervals: at that instant";
    "wip_p50" "median work in process" ["parts"] "For half of the time there were no more parts in the plant.", "50 % quantile weighted with time, over all replications", "order statistics", "kpis";
    "wip_p90" "90 % work in process" ["parts"] "For nine tenths of the time there were no more parts in the plant.", "90 % quantile weighted with time, over all replications", "order statistics", "kpis";
    "wip_p99" "99 % work in process" ["parts"] "For 99 % of the time there were no more parts in the plant.", "99 % quantile weighted with time, over all replications", "order statistics", "kpis";
    "wip_max" "most work in process" ["parts"] "Most parts that were in the plant at any one time.", "maximum over time and replications", "VDI 3633", "kpis";
    "wip_area_part_s" "integral of the work in process" ["part s"] "From one row to the next it gives the mean work in process in between.", "integral of parts in the plant since the end of the warm-up", "Little 1961", "table intervals";
    "tardiness_s" "tardiness" ["s"] "Mean time by which finished parts were late; those in time count as 0.", "mean of max(0, left - due)", "scheduling theory (Pinedo)", "kpis, products";
    "tardy_share" "late parts" ["share"] "Share of the finished parts that were finished after their due date.", "late / finished", "scheduling theory (Pinedo)", "kpis";
    "scrap_share" "scrap" ["share"] "Share of the parts that left the plant which were lost.", "scrapped / (scrapped + finished + consumed)", "ISO 22400-2 scrap ratio", "kpis";
    "scrapped" "scrapped parts" ["parts"] "Parts of the product that were lost.", "count", "ISO 22400-2 scrap quantity", "products";
    "consumed" "consumed parts" ["parts"] "Parts of the product that became components of others.", "count", "bill of materials", "products";
    "escaped" "escapes" ["parts"] "Parts of the product that were finished with a defect that no inspection has found.", "count", "quality engineering (Montgomery)", "products";
    "right_first_share" "right the first time" ["share"] "Share of the parts that left the plant which were finished without a defect and without rework.", "right first time / (finished + scrapped)", "ISO 22400-2 first pass yield, over all operations", "products";
    "rolled_yield" "rolled throughput yield" ["share"] "Share of the parts in which no defect arises at any operation, as the operations that say what defects arise in them have it. 1 where none does.", "product over operations of 1 - defects / parts, repeated work left out", "Six Sigma (Harry & Schroeder 2000)", "products";
    "queue_time_missed_share" "queue-time limits missed" ["share"] "Share of the times that a route's limit on the time between two operations was not kept.", "missed / (kept + missed)", "queue-time constraints (SMT2020)", "products";
    "finished" "parts out" ["parts"] "Of a product: parts that left the plant finished. Of an equipment: parts that left it, wherever to.", "count", "VDI 3633", "equipment, products, tables";
    // Equipment.
    "content" "content" ["parts"] "Mean number of parts in the equipment over time.", "integral of parts in it / window", "Little 1961", "equipment";
    "content_max" "largest content" ["parts"] "Most parts in the equipment at any one time.", "maximum over time", "VDI 3633", "table equipment";
    "time_in_s" "time in the equipment" ["s"] "Mean time that parts spent in it, of those that left, as far as it lies in the window.", "sum of times / parts out", "Little 1961", "equipment";
    "working" "working" ["share"] "Adds value: processes, loads, unloads, moves, holds. The shares of all states sum to 1. In a balance of media: amount taken in this state.", "time in the state / (window × places)", "VDI 3633", "equipment states, media by_activity, tables";
    "set_up" "set up" ["share"] "Is being changed over, or starts up.", "time in the state / (window × places)", "VDI 3633; ISO 22400-2 AUST", "equipment states, media by_activity, tables";
    "starved" "starved" ["share"] "Could work but has nothing to work on.", "time in the state / (window × places)", "VDI 3633", "equipment states, media by_activity, tables";
    "blocked" "blocked" ["share"] "Is done but cannot pass on, or may not begin for want of room behind it.", "time in the state / (window × places)", "VDI 3633", "equipment states, media by_activity, tables";
    "failed" "failed" ["share"] "Is broken, from the failure to the end of the repair, waiting for the crew included.", "time in the state / (window × places)", "VDI 3633", "equipment states, media by_activity, tables";
    "maintained" "under maintenance" ["share"] "Is under planned maintenance.", "time in the state / (window × places)", "ISO 22400-2 planned down time", "equipment states, media by_activity, tables";
    "off_shift" "off shift" ["share"] "Is not manned according to its calendar, or has been switched off by a command; of workers: off shift.", "time in the state / (window × places)", "VDI 3633", "equipment states, workers, media by_activity, tables";
    "waiting_for_worker" "waiting for a worker" ["share"] "Has work and waits for a worker.", "time in the state / (window × places)", "VDI 3633", "equipment states, media by_activity, tables";
    "off" "switched off" ["share"] "Has had nothing to do for so long that it is switched off.", "time in the state / (window × places)", "energy states of machines (VDMA 34179)", "equipment states, media by_activity, tables";
    "utilisation" "utilisation, per server" ["share"] "Share of time in which a place worked, on the average over the places. Not to be taken for utilisation_any: of four places that are at work half of the time each, at least one may be nearly always.", "sum over places of time working / (window × places)", "queueing theory: rho = lambda / (c mu)", "equipment";
    "utilisation_any" "utilisation, any server" ["share"] "Share of time in which at least one place worked. Equal to utilisation where there is one place.", "time with a place working / window", "the figure that some tools call utilisation", "equipment";
    "active_share" "active" ["share"] "Share of time in which the equipment could not have taken more work: everything but starved, blocked, off shift and switched off.", "sum of the shares of active states", "Roser, Nakano & Tanaka 2001", "equipment, bottleneck";
    "active_period_s" "active period" ["s"] "Mean length of the uninterrupted stretches in which a place was active.", "time active / active periods", "Roser, Nakano & Tanaka 2001", "equipment, bottleneck";
    "bottleneck_sole" "sole bottleneck" ["share"] "Share of time in which the equipment alone was the momentary bottleneck.", "see bottleneck", "Roser, Nakano & Tanaka 2002", "equipment";
    "bottleneck_shifting" "shifting bottleneck" ["share"] "Share of time in which the bottleneck shifted to the equipment or away from it: bottleneck periods overlap.", "see bottleneck", "Roser, Nakano & Tanaka 2002", "equipment";
    "bottleneck" "bottleneck" [""] "Three measures that need not agree: the largest active share, the longest mean active period, and the momentary bottleneck for most of the time. At each instant the momentary bottleneck is the active equipment whose uninterrupted active period, as a whole, is longest. The latter two follow the length of periods: they favour equipment that is active for long at a stretch by nature, such as an oven with batches, and miss one whose work is cut by short waits, for a carrier say. Where they differ, believe the active share if it is near 1; then see what a faster machine changes: genba run PLANT --set.", "argmax over the equipment where parts are worked on", "Roser, Nakano & Tanaka, Winter Simulation Conference 2001 and 2002", "bottleneck.equipment";
    "by_active_share" "bottleneck by active share" [""] "The equipment that is active most of the time.", "argmax of active_share", "VDI 3633", "bottleneck";
    "by_shifting" "bottleneck by momentary bottlenecks" [""] "The equipment that was the momentary bottleneck for most of the time.", "argmax of bottleneck_sole + bottleneck_shifting", "Roser, Nakano & Tanaka 2002", "bottleneck";
    // Overall equipment effectiveness.
    "oee" "overall equipment effectiveness" ["share"] "How much of the planned busy time made good parts at the planned speed.", "availability × effectiveness × quality_ratio", "ISO 22400-2 OEE index; Nakajima 1988", "equipment";
    "availability" "availability" ["share"] "Share of the planned busy time spent on production. Lost are delays, set-up and time without work.", "APT / PBT", "ISO 22400-2", "equipment oee";
    "effectiveness" "effectiveness (performance)" ["share"] "Planned time for what was produced, as a share of the time that it took. Below 1 where loading, part-filled batches or a slower pace take more; it varies about 1 where times are drawn at random.", "PRI × PQ / APT", "ISO 22400-2", "equipment oee";
    "quality_ratio" "quality ratio" ["share"] "Share of the parts worked on that were neither lost nor made defective here, whether or not anybody noticed.", "GQ / PQ", "ISO 22400-2", "equipment oee";
    "nee" "net equipment effectiveness" ["share"] "Like the OEE, with set-up not counted as a loss.", "AUPT / PBT × effectiveness × quality_ratio", "ISO 22400-2 NEE index", "equipment oee";
    "utilisation_efficiency" "utilisation efficiency" ["share"] "Share of the busy time that was production.", "APT / AUBT", "ISO 22400-2", "equipment oee";
    "technical_efficiency" "technical efficiency" ["share"] "Production as a share of production and delays.", "APT / (APT + ADET)", "ISO 22400-2", "equipment oee";
    "setup_ratio" "set-up ratio" ["share"] "Share of the processing time that was set-up.", "AUST / AUPT", "ISO 22400-2", "equipment oee";
    "pot_s" "POT, planned operation time" ["s"] "Time on shift, over all places.", "all time - off shift", "ISO 22400-2", "equipment oee";
    "pbt_s" "PBT, planned busy time" ["s"] "Planned operation time less planned down time.", "POT - maintained", "ISO 22400-2", "equipment oee";
    "aubt_s" "AUBT, actual unit busy time" ["s"] "Time in which the equipment had an order: processing and delay.", "AUPT + ADET", "ISO 22400-2", "equipment oee";
    "aupt_s" "AUPT, actual unit processing time" ["s"] "Production and set-up.", "APT + AUST", "ISO 22400-2", "equipment oee";
    "apt_s" "APT, actual production time" ["s"] "Time working.", "time working", "ISO 22400-2", "equipment oee";
    "aust_s" "AUST, actual unit set-up time" ["s"] "Time set up, start-up included.", "time set up", "ISO 22400-2", "equipment oee";
    "adet_s" "ADET, actual unit delay time" ["s"] "Unplanned time that lengthened orders: failures, and waiting for a worker.", "time failed + waiting for a worker", "ISO 22400-2", "equipment oee";
    "adot_s" "ADOT, actual unit down time" ["s"] "Time in which the equipment was available and not used.", "time starved + blocked + switched off", "ISO 22400-2", "equipment oee";
    "produced" "PQ, produced quantity" ["parts"] "Operations done here, and parts lost here.", "count", "ISO 22400-2", "equipment oee";
    "good" "GQ, good quantity" ["parts"] "Operations done here in which no defect arose.", "PQ - parts lost here - defects that arose here", "ISO 22400-2", "equipment oee";
    "pri_s" "PRI, planned run time per item" ["s"] "Mean planned time of the operations done: means of the times in the plant file; of a batch, each part's share in a full one.", "planned time of operations done / operations done", "ISO 22400-2", "equipment oee";
    // Media.
    "amount" "intake" ["J or m3"] "What was taken in of a medium: power, compressed air, heat. In the table of media, states are columns with the amount taken in them; ramps and switching on make the difference to this sum.", "sum over places and states of level × time, and what ramps and switching on take", "energy balance", "media, equipment media, table media";
    "by_activity" "intake by state" ["J or m3"] "What was taken in while equipment did what the state says.", "level × time in the state", "energy balance", "media";
    "per_part" "intake per part" ["J or m3"] "Intake for each part that left the plant finished. Of a product: its share. Each equipment's intake, idleness included, is shared among products by the time that it worked on their parts; where a kind does not tell what it works on, by the parts that passed.", "intake / finished parts", "ISO 22400-2 energy per part; allocation by use", "media, products";
    "cost" "cost" ["currency"] "Intake at the price of its time, without the charge for the peak.", "sum over price bands of level × time × price", "energy balance", "media, equipment media, table media";
    "cost_per_part" "cost per part" ["currency"] "Cost for each part that left the plant finished; of a product, shared as per_part.", "cost / finished parts", "allocation by use", "media, products";
    "co2_kg" "emission" ["kg"] "CO2 emitted for what was taken in.", "amount × co2 of the tariff", "GHG Protocol, scope 2", "media";
    "peak" "peak demand" ["W or m3/s"] "Largest mean intake of the plant over an interval of the clock (15 minutes unless the tariff says otherwise).", "maximum over intervals of amount / length", "capacity pricing of electricity grids", "media";
    "peak_charge" "charge for the peak" ["currency"] "What the peak demand costs, for the length of the window.", "peak × charge × window / per", "capacity pricing of electricity grids", "media";
    // The climate of the hall.
    "energy_residual" "energy residual" ["share"] "Energy that the solver of the fields lost or made, as a share of what went through it: how far its books are from closing.", "abs(stored - sources - boundaries) / throughput, since the begin of the run, largest of all replications", "first law of thermodynamics", "fields";
    "air_mean_degC" "temperature of the air" ["degC"] "Mean temperature of the air: of an equipment, within half a metre or a cell around it; else of the whole hall.", "mean over ticks of the mean over cells", "well-mixed and measured temperatures, ISO 7726", "fields, fields equipment";
    "air_max_degC" "highest temperature of the air" ["degC"] "Largest value over the ticks of the same.", "maximum over ticks of the mean over cells", "ISO 7726", "fields, fields equipment";
    "body_mean_degC" "temperature of the equipment" ["degC"] "Mean temperature of the body of an equipment.", "mean over ticks", "lumped capacity (Incropera & DeWitt)", "fields equipment";
    "body_max_degC" "highest temperature of the equipment" ["degC"] "Largest value over the ticks of the same.", "maximum over ticks", "lumped capacity (Incropera & DeWitt)", "fields equipment";
    "heat_W" "heat given off" ["W"] "Heat that an equipment gave off on the average: its share of the electric power taken in, and what it gives off besides.", "heat / window", "energy balance", "fields equipment";
    "derated_share" "slowed down by heat" ["share"] "Share of time in which the temperature made it slower.", "ticks with a speed between 0 and 1 / window", "derating curves of drives and controls (IEC 60034-1, 61800-2)", "fields equipment";
    "tripped_share" "switched off by heat" ["share"] "Share of time in which its thermal switch was off; its places are shown as failed.", "ticks switched off / window", "thermal protection (IEC 60947-4-1)", "fields equipment";
    "capacity_lost_share" "capacity lost to heat" ["share"] "Share of what it could have done that temperature took from it, whether or not it had something to do.", "1 - mean over time of the speed left", "time average", "fields equipment";
    "spoiled" "spoiled by heat" ["parts"] "Parts in which heat brought about a defect.", "count", "defects as a function of temperature", "fields equipment";
    "body_degC" "temperature of the equipment now" ["degC"] "Temperature of the body of an equipment at the end of the last tick.", "as the fields have it", "lumped capacity (Incropera & DeWitt)", "table temperatures";
    "air_degC" "temperature of the air now" ["degC"] "Mean temperature of the air around an equipment at the end of the last tick.", "as the fields have it", "ISO 7726", "table temperatures";
    "speed" "speed left" ["share"] "Speed that heat leaves an equipment, of that in the file; 0 while its thermal switch is off.", "by its derating and its switch", "Genba", "table temperatures";
    // Instruments and their alarms.
    "instruments" "instruments" [""] "Number of instruments in the hall.", "count", "Genba", "sensors";
    "raised" "alarms raised" [""] "Times that an alarm on readings was raised.", "count over the instruments of the alarm", "ISA-18.2", "sensors alarms; table alarms: whether it was raised or cleared";
    "cases" "cases for an alarm" [""] "Times that the true value crossed the limit of an alarm; a case ends when the value is back by the hysteresis.", "count", "ISA-18.2", "sensors alarms";
    "detected" "cases detected" [""] "Cases in which the alarm stood, or was raised within its window.", "count", "detection theory", "sensors alarms";
    "missed" "cases missed" [""] "Cases in which no alarm came within the window.", "count", "detection theory", "sensors alarms";
    "false_alarms" "false alarms" [""] "Times that an alarm was raised and cleared without any case.", "count", "EEMUA 191", "sensors alarms";
    "detection_delay_mean_s" "detection delay" ["s"] "Mean time from the begin of a case to its alarm.", "mean of (alarm - true crossing)", "detection theory", "sensors alarms";
    "detection_delay_max_s" "longest detection delay" ["s"] "Largest such time.", "maximum of (alarm - true crossing)", "detection theory", "sensors alarms";
    "first_sensor" "first to see it" [""] "Tag of the instrument that saw the first case, in the first replication that had one.", "by time of the alarm", "Genba", "sensors alarms";
    "first_at_s" "first seen at" ["s"] "When it saw it.", "time of the alarm", "Genba", "sensors alarms";
    "reading" "reading" [""] "What an instrument showed, in the unit of what it measures (degC, m/s, Pa, kg/m3); empty where there was none.", "measurement chain and faults", "JCGM 200 (VIM)", "table readings";
    "truth" "true value" [""] "What was there at the instrument, in the same unit.", "field at its place", "JCGM 200 (VIM)", "table readings";
    "faults" "active faults" [""] "What was wrong with the instrument at that reading, with plus signs between; empty if nothing was.", "fault model", "Genba", "table readings";
    // Workers, passages, distributions.
    "busy" "busy" ["share"] "Share of time that workers were out on a call, walking included.", "time on calls / (window × workers)", "VDI 3633", "workers";
    "idle" "idle" ["share"] "Share of time that workers were on shift without a call.", "time without a call / (window × workers)", "VDI 3633", "workers";
    "parts" "passages" ["parts"] "Parts that went over a connection; for a Sankey diagram. More than 2000 figures stand in the table only.", "count", "material flow matrix (VDI 3633)", "flows, table flows";
    "weight" "weight of a class" ["parts or s"] "How much of a distribution lies in a class: parts of a lead time, seconds of the work in process.", "count or time", "histogram", "table histograms";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_unique_and_entries_complete() {
        let mut seen = std::collections::BTreeSet::new();
        for figure in FIGURES {
            assert!(seen.insert(figure.key), "{} is there twice", figure.key);
            let Figure { key, name, definition, formula, source, stands, .. } = figure;
            assert!([name, formula, source, stands].iter().all(|text| !text.is_empty()), "{key}");
            assert!(definition.ends_with('.'), "{key}: a sentence");
            let cells = [name, definition, formula, source, stands];
            assert!(cells.iter().all(|text| !text.contains('|')), "{key}: cells of a table");
        }
        assert_eq!(figure("oee").map(|figure| figure.unit), Some("share"));
        assert_eq!(figure("nothing"), None);
    }

    #[test]
    fn every_activity_is_there() {
        for activity in crate::engine::Activity::ALL {
            assert!(figure(activity.key()).is_some(), "{}", activity.key());
        }
    }
}
