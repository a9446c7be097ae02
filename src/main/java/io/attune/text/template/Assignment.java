package io.attune.text.template;

import io.attune.text.template.Statement.Target;
import java.util.List;

/** Assigns a value to a target. */
interface Assignment {

    void assign(Frame frame, Object value);

    static Assignment of(Target target, Symbols symbols, ExpressionCompiler expressions) {
        if (target instanceof Target.Name name) {
            int index = symbols.find(name.name()).index();
            return (frame, value) -> frame.slots[index] = value;
        }
        if (target instanceof Target.Attribute attribute) {
            Code object = expressions.raw(attribute.namespace(), symbols);
            return (frame, value) -> {
                if (!(object.value(frame) instanceof Namespace namespace)) {
                    throw new TemplateException("The chat template sets an attribute of '" + attribute.namespace()
                            + "', which is not a namespace.");
                }
                namespace.set(frame.run, attribute.attribute(), value);
            };
        }
        Assignment[] parts = ((Target.Unpacking) target)
                .parts().stream().map(part -> of(part, symbols, expressions)).toArray(Assignment[]::new);
        return (frame, value) -> {
            List<Object> items = Items.unpacked(frame.run, value);
            if (items.size() != parts.length) {
                throw new TemplateException(
                        "The chat template unpacks " + items.size() + " items into " + parts.length + " names.");
            }
            for (int i = 0; i < parts.length; i++) {
                parts[i].assign(frame, items.get(i));
            }
        };
    }
}
