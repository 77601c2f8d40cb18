import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Exit;

/** Calls main methods one after another in this JVM: lines of ID, class, standard input ("-" for none), standard output, arguments; split by tabs. */
public final class ConsoleHost {
    private static final PrintStream SAYS = System.out;
    private static final PrintStream COMPLAINS = System.err;
    private static final List<Runnable> HOOKS = new ArrayList<>();
    private static Integer status; // that the running tool asked to end with

    /** Leaves a tool that asks for the end of the JVM. Some tools catch even this and ask again: the first status counts. */
    private static final class Exited extends RuntimeException {
        private static final long serialVersionUID = 1;

        Exited(int wanted) {
            super("ended with " + wanted, null, false, false);
            if (status == null) status = wanted;
        }
    }

    public static void main(String[] args) throws Exception {
        Exit.setExitProcedure((wanted, message) -> {
            throw new Exited(wanted);
        });
        Exit.setHaltProcedure((wanted, message) -> {
            throw new Exited(wanted);
        });
        Exit.setShutdownHookAdder((name, hook) -> HOOKS.add(hook)); // the producer's close, which flushes, is one of them
        BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = jobs.readLine()) != null; ) {
            String[] words = line.split("\t", -1);
            String why = call(words[1], words[2], words[3], Arrays.copyOfRange(words, 4, words.length));
            SAYS.println(why == null ? "ok " + words[0] : "failed " + words[0] + " " + why);
            SAYS.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    /** Null, or why the tool failed. */
    private static String call(String tool, String stdin, String stdout, String[] arguments) throws Exception {
        status = null;
        ByteArrayOutputStream complaints = new ByteArrayOutputStream();
        try (InputStream in = stdin.equals("-") ? new ByteArrayInputStream(new byte[0]) : new FileInputStream(stdin);
                PrintStream out = new PrintStream(new BufferedOutputStream(new FileOutputStream(stdout), 1 << 16));
                PrintStream err = new PrintStream(complaints)) {
            System.setIn(in);
            System.setOut(out);
            System.setErr(err);
            runToItsEnd(tool, arguments);
        } catch (InvocationTargetException thrown) {
            if (status == null) return thrown.getCause().toString().replace('\n', ' ');
        } finally {
            System.setOut(SAYS);
            System.setErr(COMPLAINS);
        }
        return status == null || status == 0 ? null : "ended with " + status + ": " + lastWords(complaints.toString(), Path.of(stdout));
    }

    /** The tools complain on either stream, and some also print the exception that stopped them. */
    private static String lastWords(String complaints, Path stdout) throws IOException {
        String printed = Files.size(stdout) < 1 << 16 ? Files.readString(stdout) : "";
        return (printed + complaints).lines().filter(line -> !line.contains("ended with ")).collect(Collectors.joining(" "));
    }

    /** With its shutdown hooks, as the end of the JVM would. */
    private static void runToItsEnd(String tool, String[] arguments) throws Exception {
        try {
            Class.forName(tool).getMethod("main", String[].class).invoke(null, (Object) arguments);
        } finally {
            HOOKS.forEach(Runnable::run);
            HOOKS.clear();
        }
    }
}
