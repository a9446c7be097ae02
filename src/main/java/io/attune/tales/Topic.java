package io.attune.tales;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A place or a thing in the tales.
 *
 * @param phrase the place ({@code by the river}) or the thing's noun ({@code kite})
 * @param kind {@code toy}, {@code thing} or {@code food}; empty for a place
 * @param use what the hero does with the thing ({@code fly it high above the trees}); empty for a place
 * @param prose sentences for stories about the topic
 */
record Topic(String phrase, String kind, String use, List<String> prose) {

    /**
     * Reads a file of topics. A topic is {@code phrase | kind | use}, and then lines of prose that begin with
     * {@code -}.
     */
    static List<Topic> read(String resource) {
        List<Topic> topics = new ArrayList<>();
        for (String line : TalesText.lines(resource)) {
            if (line.startsWith("- ")) {
                topics.get(topics.size() - 1).prose.add(line.substring(2));
            } else {
                String[] parts = Arrays.copyOf(line.split(" \\| "), 3);
                topics.add(new Topic(
                        parts[0],
                        parts[1] == null ? "" : parts[1],
                        parts[2] == null ? "" : parts[2],
                        new ArrayList<>()));
            }
        }
        return topics;
    }
}
