package io.attune.command;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * The arguments of a command: names of things, and options, of which some have a value behind them.
 *
 * @param options given, with their values; an option without one has an empty value
 */
record CommandLine(List<String> names, Map<String, String> options) {

    static final String KWARGS = "--chat-template-kwargs";

    static boolean asksForHelp(String[] args) {
        return List.of(args).contains("--help") || List.of(args).contains("-h");
    }

    /** @throws IllegalArgumentException that says what is wrong with the arguments, without a full stop */
    static CommandLine parse(String[] args, Set<String> withValue, Set<String> without) {
        List<String> names = new ArrayList<>();
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < args.length; i++) {
            String arg = args[i];
            if (withValue.contains(arg)) {
                if (i + 1 == args.length) {
                    throw new IllegalArgumentException(arg + " needs a value");
                }
                options.put(arg, args[++i]);
            } else if (without.contains(arg)) {
                options.put(arg, "");
            } else if (arg.startsWith("--")) {
                throw new IllegalArgumentException("unknown option " + arg);
            } else {
                names.add(arg);
            }
        }
        return new CommandLine(List.copyOf(names), Map.copyOf(options));
    }

    boolean has(String option) {
        return options.containsKey(option);
    }

    /** A whole number from 1 up. */
    int count(String option, int otherwise) {
        String value = options.get(option);
        if (value == null) {
            return otherwise;
        }
        if (!value.matches("[1-9]\\d{0,8}")) {
            throw new IllegalArgumentException(option + " must be a whole number from 1 up, not " + value);
        }
        return Integer.parseInt(value);
    }

    /** Variables for the chat template, in their order; empty if there are none. */
    Map<String, Object> chatTemplateKwargs() {
        String value = options.get(KWARGS);
        if (value == null) {
            return Map.of();
        }
        try {
            return JsonMapper.shared().readValue(value, new TypeReference<Map<String, Object>>() {});
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    KWARGS + " must be a JSON object, such as '{\"enable_thinking\": false}', not " + value);
        }
    }
}
