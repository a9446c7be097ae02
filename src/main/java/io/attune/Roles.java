package io.attune;

import java.util.Set;
import org.springframework.boot.context.TypeExcludeFilter;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.web.bind.annotation.RestController;

/**
 * Excludes classes that the roles of a process do not need. Without {@code api} there are no endpoints except the
 * health probes. Without {@code worker} the package {@code worker} is excluded. Spring Boot asks this filter for
 * every class that it finds.
 */
final class Roles extends TypeExcludeFilter {

    private final Set<Role> roles;

    private Roles(Set<Role> roles) {
        this.roles = roles.isEmpty() ? Set.of(Role.values()) : roles;
    }

    static Roles of(Environment environment) {
        return new Roles(Binder.get(environment)
                .bind("attune.roles", Bindable.setOf(Role.class))
                .orElse(Set.of()));
    }

    @Override
    public boolean match(MetadataReader type, MetadataReaderFactory factory) {
        String name = type.getClassMetadata().getClassName();
        boolean ofWorker = name.startsWith(Roles.class.getPackageName() + ".worker.");
        boolean endpoint = type.getAnnotationMetadata().hasAnnotation(RestController.class.getName())
                && !name.startsWith(Roles.class.getPackageName() + ".api.");
        return ofWorker && !roles.contains(Role.WORKER) || endpoint && !roles.contains(Role.API);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Roles that && that.roles.equals(roles);
    }

    @Override
    public int hashCode() {
        return roles.hashCode();
    }

    /** Registers the filter before Spring looks for classes. */
    static final class Initializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

        @Override
        public void initialize(ConfigurableApplicationContext context) {
            context.getBeanFactory().registerSingleton("roles", Roles.of(context.getEnvironment()));
        }
    }
}
