// One link of a linear system: see twin::field::air, system.

var<private> diagonal: f32;
var<private> right: f32;

// The coefficient; adds to the diagonal and the right side.
fn link(own: f32, next: f32, back: f32, far: f32, conductance: f32, outward: f32, inner: f32) -> f32 {
    let a = step.k * (conductance + max(-outward, 0.0));
    let ahead = next - own;
    let courant = step.k * abs(outward);
    var correction = 0.0;
    switch step.flags >> 4u {
        case 0u: {}
        case 1u: {
            let behind = own - back;
            let beyond = far - next;
            let most = min(min(abs(ahead), 2.0 * abs(behind)), 2.0 * abs(beyond));
            let share = min(0.5 * courant, 1.0 / 12.0) * inner;
            if behind * ahead > 0.0 && beyond * ahead > 0.0 {
                correction = share * select(-most, most, ahead > 0.0);
            }
        }
        default: { correction = 0.5 * courant * inner * ahead; }
    }
    diagonal += a;
    right += a * ahead - correction;
    return a;
}
