package io.attune.text.template;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The names of one scope of a template, and where their values lie: Jinja's rules of what a scope sees and what it
 * leaves behind (its {@code idtracking}). A name that is set anywhere in a scope is the scope's own, and begins with
 * the value that the name has around it.
 */
final class Symbols {

    /** The variables of a function, which scopes inside of it share by their level. */
    static final class Function {
        private final Function outer;
        private final Map<String, Integer> slots = new HashMap<>();

        Function(Function outer) {
            this.outer = outer;
        }

        int size() {
            return slots.size();
        }

        /** How many functions lie between this one and the inner one {@code from}. */
        int distance(Function from) {
            int distance = 0;
            for (Function function = from; function != this; function = function.outer) {
                distance++;
            }
            return distance;
        }
    }

    record Slot(Function function, int index, String name) {}

    /** How a name gets its first value when its scope is entered. */
    enum Load {
        /** Whoever enters the scope puts it there. */
        PARAMETER,
        /** From the variables of the rendering. */
        RESOLVE,
        /** From the same name of a scope around. */
        ALIAS,
        /** None. */
        UNDEFINED
    }

    record Loading(Load load, Slot from) {}

    private final Symbols parent;
    private final Function function;
    private final String level;
    private final Map<String, Slot> refs;
    private final Map<Slot, Loading> loads;
    private final Set<String> stores;
    /** The template's own scope, whose names a block sees although it is a function apart; null elsewhere. */
    private Symbols exporting;

    private Symbols(
            Symbols parent,
            Function function,
            String level,
            Map<String, Slot> refs,
            Map<Slot, Loading> loads,
            Set<String> stores) {
        this.parent = parent;
        this.function = function;
        this.level = level;
        this.refs = refs;
        this.loads = loads;
        this.stores = stores;
    }

    static Symbols root() {
        return new Symbols(null, new Function(null), "", new HashMap<>(), new LinkedHashMap<>(), new HashSet<>());
    }

    /** A scope inside of this one. */
    Symbols inner() {
        return inner(function, level + "+");
    }

    /** A scope inside of this one, in the function of another such scope, whose names no other scope shares. */
    Symbols innerBeside(Symbols other, String mark) {
        return inner(other.function, level + mark);
    }

    /** The outermost scope of a function that is defined in this scope. */
    Symbols innerFunction() {
        return inner(new Function(function), level + "+");
    }

    /** The outermost scope of a block, a function apart that sees what this scope, the template's own, has set. */
    Symbols block() {
        Symbols block = new Symbols(
                null, new Function(function), level, new HashMap<>(), new LinkedHashMap<>(), new HashSet<>());
        block.exporting = this;
        return block;
    }

    /** Where the template itself sets a name that a block sees; null if this is in no block, or it does not. */
    Slot exported(String name) {
        if (parent != null) {
            return parent.exported(name);
        }
        return exporting != null && exporting.stores.contains(name) ? exporting.refs.get(name) : null;
    }

    private Symbols inner(Function of, String innerLevel) {
        return new Symbols(this, of, innerLevel, new HashMap<>(), new LinkedHashMap<>(), new HashSet<>());
    }

    Symbols parent() {
        return parent;
    }

    Function function() {
        return function;
    }

    Map<Slot, Loading> loads() {
        return loads;
    }

    /** For what may happen or not, such as a branch. */
    Symbols branch() {
        return new Symbols(
                parent, function, level, new HashMap<>(refs), new LinkedHashMap<>(loads), new HashSet<>(stores));
    }

    /** Takes over what the branches of a statement found. */
    void merge(Symbols... branches) {
        Set<String> stored = new HashSet<>();
        for (Symbols branch : branches) {
            stored.addAll(branch.stores);
        }
        stored.removeAll(stores);
        for (Symbols branch : branches) {
            refs.putAll(branch.refs);
            loads.putAll(branch.loads);
            stores.addAll(branch.stores);
        }
        for (String name : stored) {
            Slot outer = parent == null ? null : parent.find(name);
            loads.put(find(name), outer == null ? new Loading(Load.RESOLVE, null) : new Loading(Load.ALIAS, outer));
        }
    }

    void store(String name) {
        stores.add(name);
        if (!refs.containsKey(name)) {
            Slot outer = parent == null ? null : parent.find(name);
            define(name, outer == null ? new Loading(Load.UNDEFINED, null) : new Loading(Load.ALIAS, outer));
        }
    }

    void load(String name) {
        if (find(name) == null) {
            define(name, new Loading(Load.RESOLVE, null));
        }
    }

    Slot parameter(String name) {
        stores.add(name);
        return define(name, new Loading(Load.PARAMETER, null));
    }

    private Slot define(String name, Loading loading) {
        String key = level + name;
        Slot slot = new Slot(function, function.slots.computeIfAbsent(key, k -> function.slots.size()), name);
        refs.put(name, slot);
        loads.put(slot, loading);
        return slot;
    }

    /** Where a name's value lies; null if it was not met. */
    Slot find(String name) {
        Slot own = refs.get(name);
        return own != null || parent == null ? own : parent.find(name);
    }

    /** Whether what lies in a slot is never anything but the rendering's variable of that name. */
    boolean isVariable(Slot slot) {
        Loading loading = loads.get(slot);
        if (loading == null) {
            return parent != null && parent.isVariable(slot);
        }
        return loading.load() == Load.RESOLVE && !stores.contains(slot.name());
    }
}
