import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The client program over Apache Kafka's own client, compiled against each version; matrix/program.py tells the job protocol. */
public final class CompatClient {
    public static void main(String[] args) throws Exception {
        BufferedReader jobs = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        if (args.length == 4 && args[0].equals("produce")) {
            Producing producing = new Producing(args[1], Integer.parseInt(args[2]), Long.parseLong(args[3]));
            for (String[] job : nextJobs(jobs)) answer(job[0], producing.run(job[1], job[2]));
        } else if (args.length == 3 && args[0].equals("consume")) {
            for (List<String[]> pass; !(pass = nextJobs(jobs)).isEmpty(); ) new Consuming(args[1], Integer.parseInt(args[2])).run(pass);
        } else {
            System.err.println("usage: CompatClient produce BOOTSTRAP RECORDS FIRST_TIMESTAMP | consume BOOTSTRAP IDLE_SECONDS");
            System.exit(2);
        }
    }

    private static List<String[]> nextJobs(BufferedReader from) throws Exception {
        List<String[]> jobs = new ArrayList<>();
        for (String line; (line = from.readLine()) != null && !line.isEmpty(); ) jobs.add(line.split(" "));
        return jobs;
    }

    static void answer(String id, String why) {
        System.out.println(why == null ? "ok " + id : "failed " + id + " " + why.replace('\n', ' '));
    }
}
