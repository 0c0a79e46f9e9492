//! Plants in which parts come together and apart again: assembly, pallets that circulate, disassembly, and parts that are
//! used once more.

use super::Writer;
use super::times::time;

/// Products by role; the first two come from outside.
const PRODUCTS: [&str; 5] = ["wheel", "frame", "cart", "hub", "pallet"];

pub(super) fn write(writer: &mut Writer) {
    writer.plant.drains = false;
    writer.products = PRODUCTS.map(str::to_owned).into();
    let wheels = writer.dice.within(1, 4);
    writer.head += &format!(
        "    products: {{ \"wheel\": (attributes: {{ \"mass\": 1.0 }}), \"frame\": (priority: 1), \
         \"cart\": (bom: {{ \"wheel\": {wheels} }}), \"hub\": (due: \"9 min\"), \"pallet\": () }},\n"
    );
    let cells = writer.dice.within(1, 2) as usize;
    feeders(writer, cells);
    let makes = writer.dice.one_in(2);
    for cell in 0..cells {
        let is = assembly(writer, makes, wheels);
        let extras = writer.troubles();
        writer.add(&format!("cell{cell}"), &is, &["joined".into()], &extras);
    }
    link(writer, "joined", &["load:parts"]);
    loop_of_pallets(writer);
    apart(writer);
}

/// Where components come from; wheels are also used again.
fn feeders(writer: &mut Writer, cells: usize) {
    let to = |port: &str| (0..cells).map(|cell| format!("cell{cell}{port}")).collect::<Vec<_>>();
    for (product, from, feeder, port) in
        [("wheel", "wheels", "wheel feed", ":wheel"), ("frame", "frames", "frame feed", "")]
    {
        let is = writer.source(Some(product), true, None);
        writer.add(from, &is, &[feeder.into()], "");
        let (is, mut extras) = if writer.dice.one_in(2) {
            let station = writer.station(feeder, true);
            let sets = writer.dice.pick(&["", ", sets: {\"mass\": Uniform(min: 0.0, max: 2.0)}"]);
            (station, sets.to_owned())
        } else {
            (writer.passage(feeder), String::new())
        };
        extras += &writer.troubles();
        let to = to(port);
        if to.len() > 1 {
            let rule = match writer.dice.index(4) {
                0 => "Rotate".into(),
                1 => "Shortest".into(),
                2 => format!("Share({:?})", [1.0, 2.0]),
                _ => "ByAttribute(\"mass\", [(1.0, \"cell0\"), (9.0, \"cell1\")])".into(),
            };
            extras += &format!(", divert: {rule}");
        }
        writer.add(feeder, &is, &to, &extras);
    }
}

fn assembly(writer: &mut Writer, makes: bool, wheels: u64) -> String {
    let mut fields = format!("time: {}, ", time(&mut writer.dice, 9));
    fields += if makes { "makes: \"cart\", " } else { "" };
    if !makes || writer.dice.one_in(2) {
        fields += &format!("needs: {{ \"wheel\": {wheels} }}, ");
    }
    fields += writer.dice.pick(&["", "takes: AtStart, ", "takes: AtEnd, "]);
    fields += writer.dice.pick(&["", "joins: Loaded, ", "joins: Consumed, "]);
    fields += writer.dice.pick(&["", "", "room: { \"wheel\": 7, \"main\": 2 }, "]);
    fields += &crew(writer);
    format!("Assembly({fields})")
}

fn crew(writer: &mut Writer) -> String {
    let crew = ["", "", "workers: (skill: \"run\"), ", "workers: (skill: \"fix\", priority: -1), "];
    writer.dice.pick(&crew).to_owned()
}

/// Something that parts pass on their way to `to`.
fn link(writer: &mut Writer, name: &str, to: &[&str]) {
    let is = writer.passage(name);
    let extras = writer.troubles();
    let to: Vec<String> = to.iter().map(|to| (*to).to_owned()).collect();
    writer.add(name, &is, &to, &extras);
}

fn loop_of_pallets(writer: &mut Writer) {
    let pallets = writer.dice.within(1, 4);
    let is = format!("Source(product: \"pallet\", total: {pallets})");
    writer.add("pallets", &is, &["load:carrier".into()], "");
    let amount = writer.dice.pick(&["1", "3", "[1, 1, 2]", "[0, 4]"]);
    let mut fields = format!("amount: {amount}, ");
    fields += writer.dice.pick(&["", "places: 5, ", "room: 1, ", "places: 9, room: 6, "]);
    fields += &writer.maybe(2, "time", 4);
    fields += writer.dice.pick(&["", "wait_at_most: \"30 s\", ", "wait_at_most: \"0 s\", "]);
    fields += &crew(writer);
    let extras = writer.troubles();
    writer.add("load", &format!("Palletiser({fields})"), &["way".into()], &extras);
    link(writer, "way", &["unload"]);
    let mut fields = writer.dice.pick(&["", "", "amount: 1, ", "amount: [2, 1, 1], "]).to_owned();
    fields += &writer.maybe(2, "time", 4);
    fields += &crew(writer);
    let extras = writer.troubles();
    let to = "{ \"parts\": [\"loose\"], \"carrier\": [\"back\"] }";
    write_ports(writer, "unload", &format!("Depalletiser({fields})"), to, &extras);
    // Takes time, so that pallets with nothing on them do not go round at one point in time.
    writer.add(
        "back",
        "Conveyor(length: \"9 m\", speed: \"0.5 m/s\", transport: Roller)",
        &["load:carrier".into()],
        "",
    );
}

fn apart(writer: &mut Writer) {
    link(writer, "loose", &["apart"]);
    let (keeps, rest) =
        if writer.dice.one_in(2) { ("keeps: true, ", "\"out\": [\"out\"], ") } else { ("", "") };
    let time = time(&mut writer.dice, 7);
    let crew = crew(writer);
    let extras = writer.troubles();
    let again = writer.dice.pick(&["out", "wheel feed"]);
    let is =
        format!("Disassembly(time: {time}, {keeps}{crew}yields: {{ \"hub\": 1, \"wheel\": 1 }})");
    let to = format!("{{ {rest}\"hub\": [\"hubs\"], \"wheel\": [{again:?}] }}");
    write_ports(writer, "apart", &is, &to, &extras);
    let is = writer.station("hubs", true);
    let extras = writer.troubles();
    writer.add("hubs", &is, &["out".into()], &extras);
    writer.add("out", "Sink", &[], "");
}

/// Like [`Writer::add`], with outputs by name.
fn write_ports(writer: &mut Writer, name: &str, is: &str, to: &str, extras: &str) {
    writer.add(name, is, &[], &format!(", to: {to}{extras}"));
}
