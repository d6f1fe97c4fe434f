/** The two answers to an application. The first button is the one that Enter presses: it must be the harmless one. */
export function DecisionButtons() {
  return (
    <div class="actions">
      <button type="submit" name="outcome" value="refused" class="quiet">
        Refuse
      </button>
      <button type="submit" name="outcome" value="approved">
        Approve
      </button>
    </div>
  );
}
