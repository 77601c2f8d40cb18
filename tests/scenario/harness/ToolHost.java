import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.utils.Exit;
import org.slf4j.LoggerFactory;

/**
 * Runs Kafka's tools one after another in this JVM: a line of class and arguments, split by tabs; back comes a line of exit code and the lengths of
 * what was printed, then both. Log lines stay out of it: the logger keeps the stream that it finds at first.
 */
public final class ToolHost {
    private static Integer status; // that the running tool asked to end with

    private static final class Exited extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static void exit(int wanted, String message) {
        if (status == null) status = wanted;
        throw new Exited();
    }

    /** Tools in Scala would go on writing to the streams that the first of them found. */
    private static void tellScala() throws Exception {
        Class<?> console;
        try {
            console = Class.forName("scala.Console$");
        } catch (ClassNotFoundException withoutScala) {
            return;
        }
        Object module = console.getField("MODULE$").get(null);
        console.getMethod("setOutDirect", PrintStream.class).invoke(module, System.out);
        console.getMethod("setErrDirect", PrintStream.class).invoke(module, System.err);
    }

    public static void main(String[] args) throws Exception {
        PrintStream says = System.out;
        LoggerFactory.getLogger(ToolHost.class).debug("first");
        Exit.setExitProcedure(ToolHost::exit);
        Exit.setHaltProcedure(ToolHost::exit);
        BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line; (line = jobs.readLine()) != null; ) {
            String[] words = line.split("\t", -1);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
            status = null;
            tellScala();
            try {
                Class.forName(words[0]).getMethod("main", String[].class).invoke(null, (Object) Arrays.copyOfRange(words, 1, words.length));
            } catch (java.lang.reflect.InvocationTargetException thrown) {
                if (status == null) {
                    thrown.getCause().printStackTrace();
                    status = 1;
                }
            }
            says.println((status == null ? 0 : status) + " " + out.size() + " " + err.size());
            out.writeTo(says);
            err.writeTo(says);
            says.flush();
        }
        Runtime.getRuntime().halt(0);
    }
}
