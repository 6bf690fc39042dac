import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Helm's own engine and the schemas of Kubernetes, for {@code check.py}, in one process each.
 *
 * <p>{@code render CHART COPY DIR NAMESPACE}: lints the chart, and renders its copy with each {@code
 * DIR/RELEASE~NAME.values.yaml} to {@code .rendered.yaml} beside it, or writes what Helm says against it to {@code .refused}.
 * {@code validate DIR}: checks each {@code *.json}, one resource per line, and prints what is wrong. Exit code 1 if anything is.
 */
final class Chart {
    private static final String KUBERNETES = "1.34.0";

    public static void main(String[] args) throws IOException {
        boolean good = switch (args[0]) {
            case "render" -> render(Path.of(args[1]), Path.of(args[2]), Path.of(args[3]), args[4]);
            case "validate" -> validate(Path.of(args[1]));
            default -> throw new IllegalArgumentException(args[0]);
        };
        System.exit(good ? 0 : 1);
    }

    private static boolean render(Path original, Path chart, Path dir, String namespace) throws IOException {
        LintResult lint = new Helm(original).lint().strict().call();
        if (lint.isFailed()) {
            lint.getMessages().forEach(message -> System.out.println("lint: " + message));
        }
        for (Path values : files(dir, ".values.yaml")) {
            String name = values.getFileName().toString().replace(".values.yaml", "");
            TemplateCommand template = new Helm(chart)
                    .template()
                    .withName(name.substring(0, name.indexOf('~')))
                    .withNamespace(namespace)
                    .withKubeVersion(KUBERNETES)
                    .withValuesFile(values);
            try {
                Files.writeString(dir.resolve(name + ".rendered.yaml"), template.call());
            } catch (IllegalStateException refused) {
                Files.writeString(dir.resolve(name + ".refused"), String.valueOf(refused.getMessage()));
            }
        }
        return !lint.isFailed();
    }

    private static boolean validate(Path dir) throws IOException {
        boolean good = true;
        for (Path file : files(dir, ".json")) {
            for (String line : Files.readAllLines(file)) {
                String wrong = fault(line);
                if (wrong != null) {
                    System.out.println(file.getFileName() + ": " + wrong);
                    good = false;
                }
            }
        }
        return good;
    }

    private static List<Path> files(Path dir, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        }
    }

    /** What is wrong with a resource; null if nothing is. */
    private static String fault(String json) {
        JsonObject resource = JsonParser.parseString(json).getAsJsonObject();
        String version = resource.get("apiVersion").getAsString();
        String kind = resource.get("kind").getAsString();
        try {
            String group = version.contains("/") ? version.substring(0, version.indexOf('/')) : "";
            switch (group) {
                case "monitoring.coreos.com" -> operators("io.fabric8.openshift.api.model.monitoring.v1." + kind, json);
                case "cert-manager.io" -> operators("io.fabric8.certmanager.api.model.v1." + kind, json);
                default -> kubernetes(version.substring(version.indexOf('/') + 1), kind, resource);
            }
            return null;
        } catch (InvocationTargetException e) {
            return kind + ": " + e.getCause().getMessage();
        } catch (ReflectiveOperationException e) {
            return version + " " + kind + " is not known: " + e;
        } catch (IOException | IllegalArgumentException e) {
            return kind + ": " + e.getMessage();
        }
    }

    private static void kubernetes(String version, String kind, JsonElement resource)
            throws ReflectiveOperationException {
        String name = Character.toUpperCase(version.charAt(0)) + version.substring(1) + kind;
        Class.forName("io.kubernetes.client.openapi.models." + name)
                .getMethod("validateJsonElement", JsonElement.class)
                .invoke(null, resource);
    }

    /** These models take any field, and keep those that they don't know. */
    private static void operators(String model, String json) throws ReflectiveOperationException, IOException {
        refuseUnknown("", new com.fasterxml.jackson.databind.ObjectMapper().readValue(json, Class.forName(model)));
    }

    private static void refuseUnknown(String path, Object value) throws ReflectiveOperationException {
        if (value instanceof Collection<?> values) {
            for (Object element : values) {
                refuseUnknown(path + "[]", element);
            }
        } else if (value != null && value.getClass().getName().startsWith("io.fabric8.")) {
            for (Method method : value.getClass().getMethods()) {
                if (!method.getName().startsWith("get") || method.getParameterCount() > 0) {
                    continue;
                }
                Object part = method.invoke(value);
                if (!method.getName().equals("getAdditionalProperties")) {
                    refuseUnknown(path + "." + method.getName().substring(3), part);
                } else if (part instanceof Map<?, ?> unknown && !unknown.isEmpty()) {
                    throw new IllegalArgumentException("unknown fields " + unknown.keySet() + " at " + path);
                }
            }
        }
    }
}
