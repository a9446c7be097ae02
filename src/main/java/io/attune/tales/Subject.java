package io.attune.tales;

import java.util.HashMap;
import java.util.Map;

/**
 * The subject of a tale: a hero, a place, a wish and a friend.
 *
 * @param she whether the hero is {@code she} or {@code he}
 * @param friend the animal that helps, without its adjective
 * @param friendAsked whether the user's question names the friend
 */
record Subject(
        String name,
        boolean she,
        String adjective,
        String animal,
        Topic place,
        String thingAdjective,
        Topic thing,
        String friendAdjective,
        String friend,
        boolean friendAsked) {

    /** The pair that separates held-out subjects from training rows: no training row has the same name and animal. */
    String nameAndAnimal() {
        return name + " the " + animal;
    }

    /** The words that grammars refer to. */
    Map<String, String> words() {
        Map<String, String> words = new HashMap<>();
        words.put("name", name);
        words.put("adjective", adjective);
        words.put("animal", animal);
        words.put("an", withArticle(adjective + " " + animal));
        words.put("a_animal", withArticle(animal));
        words.put("place", place.phrase());
        words.put("thing", thing.phrase());
        words.put("use", thing.use());
        words.put("wish", withArticle(thingAdjective + " " + thing.phrase()));
        words.put("friend", friend);
        words.put("a_friend", withArticle(friendAdjective + " " + friend));
        words.put("they", she ? "she" : "he");
        words.put("them", she ? "her" : "him");
        words.put("their", she ? "her" : "his");
        words.put("theirs", she ? "hers" : "his");
        return words;
    }

    private static String withArticle(String noun) {
        return ("aeiou".indexOf(noun.charAt(0)) >= 0 ? "an " : "a ") + noun;
    }
}
