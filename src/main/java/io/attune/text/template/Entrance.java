package io.attune.text.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Initializes the names of a scope at its start, and clears them at its end. */
final class Entrance {

    private final int[] slots;
    private final Code[] first;
    private final int[] all;

    private Entrance(int[] slots, Code[] first, int[] all) {
        this.slots = slots;
        this.first = first;
        this.all = all;
    }

    static Entrance of(Symbols symbols, ExpressionCompiler expressions) {
        List<Integer> slots = new ArrayList<>();
        List<Code> first = new ArrayList<>();
        for (Map.Entry<Symbols.Slot, Symbols.Loading> entry : symbols.loads().entrySet()) {
            Symbols.Slot slot = entry.getKey();
            Symbols.Load load = entry.getValue().load();
            if (load == Symbols.Load.PARAMETER || symbols.isVariable(slot)) {
                continue;
            }
            slots.add(slot.index());
            first.add(
                    switch (load) {
                        case RESOLVE -> expressions.variable(slot.name(), symbols);
                        case ALIAS -> expressions.around(slot.name(), symbols);
                        default -> frame -> Frame.MISSING;
                    });
        }
        return new Entrance(
                slots.stream().mapToInt(i -> i).toArray(),
                first.toArray(Code[]::new),
                symbols.loads().keySet().stream().mapToInt(Symbols.Slot::index).toArray());
    }

    void enter(Frame frame) {
        for (int i = 0; i < slots.length; i++) {
            frame.slots[slots[i]] = first[i].value(frame);
        }
    }

    void leave(Frame frame) {
        for (int slot : all) {
            frame.slots[slot] = Frame.MISSING;
        }
    }
}
