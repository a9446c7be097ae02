/** The one door into DJL's native layer that its public API lacks; see {@link ai.djl.pytorch.jni.ScriptCall}. */
package ai.djl.pytorch.jni;
