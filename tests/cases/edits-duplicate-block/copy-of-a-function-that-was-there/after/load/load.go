package load

func CountUsers(rows []Row) int {
	count := 0
	for _, row := range rows {
		if row.Name == "" || row.Mail == "" {
			continue
		}
		if row.Active && !row.Deleted {
			count += row.Weight * 2
		}
	}
	return count
}

func CountPeople(rows []Row) int {
	count := 0
	for _, row := range rows {
		if row.Name == "" || row.Mail == "" {
			continue
		}
		if row.Active && !row.Deleted {
			count += row.Weight * 2
		}
	}
	return count
}
