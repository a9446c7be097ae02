package io.attune.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/** Finds the families of models: the classes of package {@code family}. */
public final class Families {

    private static final Map<String, Family> BY_TYPE = find();

    private Families() {}

    /** The family of a {@code model_type}; null if Attune does not support it. */
    public static Family of(String modelType) {
        return BY_TYPE.get(modelType);
    }

    /** The family with this name in GGUF files; empty if Attune does not support it. */
    public static Optional<Family> ofGguf(String architecture) {
        return all().stream()
                .filter(family -> family.gguf()
                        .map(form -> form.architecture().equals(architecture))
                        .orElse(false))
                .findFirst();
    }

    /** All families, sorted by model type. */
    public static Collection<Family> all() {
        return Collections.unmodifiableCollection(BY_TYPE.values());
    }

    private static Map<String, Family> find() {
        String folder = Families.class.getPackageName().replace('.', '/') + "/family/";
        Map<String, Family> families = new TreeMap<>();
        try {
            for (Resource file :
                    new PathMatchingResourcePatternResolver().getResources("classpath*:" + folder + "*.class")) {
                String name = file.getFilename().replace(".class", "");
                Class<?> type = Class.forName(Families.class.getPackageName() + ".family." + name);
                if (Family.class.isAssignableFrom(type)) {
                    Family family = (Family) type.getDeclaredConstructor().newInstance();
                    families.put(family.modelType(), family);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a family has no constructor without parameters", e);
        }
        return families;
    }
}
