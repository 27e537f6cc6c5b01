import { panelOf } from "../panel";
import type { TableState } from "../table/state";
import { Table } from "../table/table";
import css from "./run_table.css";

export default panelOf<TableState>((panel) => {
  new Table(panel);
}, css);
