/** Holds one class for each family of models. {@link io.attune.architecture.Families}, the entry, finds the classes. */
package io.attune.architecture.family;
