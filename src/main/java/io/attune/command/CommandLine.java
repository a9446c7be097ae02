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
 * The arguments of a command: names, and options with or without a value.
 *
 * @param options the given options with their values; an option without a value has an empty value
 */
record CommandLine(List<String> names, Map<String, String> options) {

    static final String KWARGS = "--chat-template-kwargs";

    static boolean asksForHelp(String[] args) {
        return List.of(args).contains("--help") || List.of(args).contains("-h");
    }

    /** @throws IllegalArgumentException if an argument is invalid; the message has no full stop */
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

    /**
     * Returns the value of an option, a whole number from 1 up.
     *
     * @param otherwise the result if the option is not given
     * @throws IllegalArgumentException if the value is no such number
     */
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

    /**
     * Returns the variables for the chat template in their order, or an empty map.
     *
     * @throws IllegalArgumentException if the value is no JSON object
     */
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
