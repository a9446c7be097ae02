package io.attune.text.template;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The names of one scope of a template, and the slots of their values. Follows Jinja's rules ({@code idtracking})
 * for the names that a scope sees and the names that it leaves behind. A name that is set anywhere in a scope
 * belongs to that scope. It begins with the value that the name has in the surrounding scope.
 */
final class Symbols {

    /** The variables of a function. Its inner scopes share them, separated by level. */
    static final class Function {
        private final Function outer;
        private final Map<String, Integer> slots = new HashMap<>();

        Function(Function outer) {
            this.outer = outer;
        }

        int size() {
            return slots.size();
        }

        /** Returns how many functions lie between this one and the inner function {@code from}. */
        int distance(Function from) {
            int distance = 0;
            for (Function function = from; function != this; function = function.outer) {
                distance++;
            }
            return distance;
        }
    }

    record Slot(Function function, int index, String name) {}

    /** How a name gets its first value at the start of its scope. */
    enum Load {
        /** The code that enters the scope sets the value. */
        PARAMETER,
        /** From the variables of the rendering. */
        RESOLVE,
        /** From the same name of a surrounding scope. */
        ALIAS,
        /** No value. */
        UNDEFINED
    }

    record Loading(Load load, Slot from) {}

    private final Symbols parent;
    private final Function function;
    private final String level;
    private final Map<String, Slot> refs;
    private final Map<Slot, Loading> loads;
    private final Set<String> stores;
    /**
     * The template's own scope, for a block. The block sees its names although it is a separate function. Null
     * elsewhere.
     */
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

    /** Returns an inner scope of this scope. */
    Symbols inner() {
        return inner(function, level + "+");
    }

    /**
     * Returns an inner scope of this scope that uses the function of {@code other}, another inner scope. It shares
     * its names with no other scope.
     */
    Symbols innerBeside(Symbols other, String mark) {
        return inner(other.function, level + mark);
    }

    /** Returns the outermost scope of a function that is defined in this scope. */
    Symbols innerFunction() {
        return inner(new Function(function), level + "+");
    }

    /**
     * Returns the outermost scope of a block. A block is a separate function that sees the names that this scope,
     * the template's own, has set.
     */
    Symbols block() {
        Symbols block = new Symbols(
                null, new Function(function), level, new HashMap<>(), new LinkedHashMap<>(), new HashSet<>());
        block.exporting = this;
        return block;
    }

    /**
     * Returns the template's own slot of a name that a block sees; null outside a block, or if the block does not
     * see the name.
     */
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

    /** Returns a copy for statements that may be skipped, such as a branch. */
    Symbols branch() {
        return new Symbols(
                parent, function, level, new HashMap<>(refs), new LinkedHashMap<>(loads), new HashSet<>(stores));
    }

    /** Adds what the branches of a statement found. */
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

    /** Returns the slot of a name's value; null if the name does not occur. */
    Slot find(String name) {
        Slot own = refs.get(name);
        return own != null || parent == null ? own : parent.find(name);
    }

    /** Whether a slot always contains the rendering's variable with that name. */
    boolean isVariable(Slot slot) {
        Loading loading = loads.get(slot);
        if (loading == null) {
            return parent != null && parent.isVariable(slot);
        }
        return loading.load() == Load.RESOLVE && !stores.contains(slot.name());
    }
}
